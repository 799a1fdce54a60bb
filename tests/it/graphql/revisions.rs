//! Revisions: an update that was written for another state of its object changes nothing, and shows the newer state.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Updates that are sent at the same time.
const AT_ONCE: usize = 6;

/// How an object is updated and read.
struct Noun {
    mutation: &'static str,
    /// The payload's field.
    field: &'static str,
    /// What names the object in the input.
    place: Value,
    /// The field of the object that the changes set, and its values, each another one.
    changed: &'static str,
    values: Vec<Value>,
}

impl Noun {
    fn document(&self) -> String {
        let Self { mutation, field, changed, .. } = self;
        let input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        format!(
            "mutation($input: {input}!) {{ {mutation}(input: $input) {{
                {field} {{ revision {changed} }} userErrors {{ message code path }} }} }}"
        )
    }

    /// Runs a change; answers its payload, refused or not.
    async fn update(&self, graphql: &Graphql, value: &Value, expected: Option<&Value>) -> Value {
        let mut input = self.place.clone();
        input[self.changed] = value.clone();
        if let Some(expected) = expected {
            input["expectedRevision"] = expected.clone();
        }
        graphql.data(&self.document(), json!({ "input": input })).await[self.mutation].clone()
    }

    /// Changes for one revision at the same time, and one that comes late.
    async fn is_changed_once(&self, graphql: &Graphql) {
        let [first, others @ ..] = self.values.as_slice() else { panic!("{} has no values", self.mutation) };
        let before = self.update(graphql, first, None).await;
        assert_eq!(before["userErrors"], json!([]), "{before:#}");
        let revision = &before[self.field]["revision"];
        let changes = others.iter().cycle().take(AT_ONCE);
        let answers = join_all(changes.map(|value| self.update(graphql, value, Some(revision)))).await;
        let (done, refused): (Vec<&Value>, Vec<&Value>) =
            answers.iter().partition(|payload| payload["userErrors"] == json!([]));
        let [done] = done.as_slice() else { panic!("{}: not one of them: {answers:#?}", self.mutation) };
        let newer = &done[self.field];
        assert_eq!(newer["revision"].as_i64(), revision.as_i64().map(|before| before + 1), "{newer:#}");
        let late = self.update(graphql, first, Some(revision)).await;
        assert_eq!(refused.len(), AT_ONCE - 1);
        for payload in refused.into_iter().chain([&late]) {
            assert_eq!(payload["userErrors"].as_array().map(Vec::len), Some(1), "{payload:#}");
            let error = &payload["userErrors"][0];
            assert_eq!(
                (&error["code"], &error["path"]),
                (&json!("CONFLICT"), &json!(["input", "expectedRevision"]))
            );
            assert_eq!(&payload[self.field], newer, "{}: the newer state is shown", self.mutation);
        }
        let again = self.update(graphql, first, Some(&newer["revision"])).await;
        assert_eq!(again["userErrors"], json!([]), "{again:#}");
        assert_eq!(again[self.field][self.changed], before[self.field][self.changed]);
    }
}

/// The id of what a mutation made.
async fn made(graphql: &Graphql, mutation: &str, field: &str, input: Value) -> Value {
    let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation($input: {name}!) {{ {mutation}(input: $input) {{ {field} {{ id }} userErrors {{ message code path }} }} }}"
    );
    graphql.payload(&document, json!({ "input": input })).await[field]["id"].clone()
}

fn texts() -> Vec<Value> {
    ["one", "two", "three", "four"].map(Value::from).to_vec()
}

/// The revision of a post and of its campaign.
async fn revisions(graphql: &Graphql, post: &str) -> (i64, Option<i64>) {
    let document = "query($id: ID!) { post(id: $id) { revision campaign { revision } } }";
    let found = graphql.data(document, json!({ "id": post })).await["post"].clone();
    (found["revision"].as_i64().expect("a post has a revision"), found["campaign"]["revision"].as_i64())
}

on_both_databases! {
    async fn of_the_updates_of_one_revision_one_is_done_and_the_others_see_what_it_did(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        let dates = json!({ "name": "Spring", "startDate": "2026-03-01", "endDate": "2026-05-31" });
        let campaign = made(graphql, "createCampaign", "campaign", dates).await;
        let template = json!({ "name": "Hello", "contentTemplate": "Hello {who}" });
        let template = made(graphql, "createTemplate", "template", template).await;
        let post = stage.create(json!({ "content": "a draft", "accountIds": [] })).await;
        let member = Person::register(&stage.server).await;
        let member = member.join(graphql, "VIEWER").await["user"]["id"].clone();
        let words = || ["a", "b", "c"].map(|word| json!([word])).to_vec();
        let roles = || ["EDITOR", "VIEWER", "ADMIN"].map(Value::from).to_vec();
        let nouns = [
            Noun { mutation: "updateCampaign", field: "campaign", place: json!({ "id": campaign }), changed: "name", values: texts() },
            Noun { mutation: "updateTemplate", field: "template", place: json!({ "id": template }), changed: "name", values: texts() },
            Noun { mutation: "updatePost", field: "post", place: json!({ "id": post }), changed: "content", values: texts() },
            Noun { mutation: "updateSettings", field: "settings", place: json!({}), changed: "bannedKeywords", values: words() },
            Noun { mutation: "updateWorkspaceMember", field: "member", place: json!({ "userId": member }), changed: "role", values: roles() },
        ];
        for noun in nouns {
            noun.is_changed_once(graphql).await;
        }
    }

    async fn changes_of_different_fields_at_the_same_time_are_all_kept(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        let post = stage.create(json!({ "content": "a draft", "accountIds": [] })).await;
        let update = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
            post { id } userErrors { message code path } } }";
        for round in 0..4 {
            let fields = [
                ("content", json!(format!("content {round}"))),
                ("title", json!(format!("title {round}"))),
                ("hashtags", json!([format!("tag{round}")])),
            ];
            let changes = fields.iter().map(|(field, value)| {
                let mut input = json!({ "id": post });
                input[*field] = value.clone();
                graphql.payload(update, json!({ "input": input }))
            });
            join_all(changes).await;
            let read = "query($id: ID!) { post(id: $id) { content title hashtags } }";
            let after = graphql.data(read, json!({ "id": post })).await["post"].clone();
            for (field, value) in fields {
                assert_eq!(after[field], value, "{field} of round {round}");
            }
        }
    }

    async fn a_revision_rises_with_what_a_user_sees_of_the_object_and_with_nothing_else(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, graphql) = (stage.connect("TWITTER", "ann").await, &stage.person.graphql);
        let dates = json!({ "name": "Spring", "startDate": "2026-03-01", "endDate": "2026-05-31" });
        let campaign = made(graphql, "createCampaign", "campaign", dates).await;
        let post = json!({ "content": "planned", "accountIds": [ann], "campaignId": campaign });
        let post = stage.create(post).await;
        assert_eq!(revisions(graphql, &post).await, (1, Some(1)));
        let at = tomorrow().to_rfc3339();
        let schedule = "mutation($input: SchedulePostInput!) { schedulePost(input: $input) {
            post { revision } userErrors { message code path } } }";
        let planned = graphql.payload(schedule, json!({ "input": { "id": post, "scheduledAt": at } })).await;
        assert_eq!(planned["post"]["revision"], 2);

        let update = "mutation($input: UpdateCampaignInput!) { updateCampaign(input: $input) {
            campaign { revision } userErrors { message code path } } }";
        let same = graphql.payload(update, json!({ "input": { "id": campaign, "name": "Spring" } })).await;
        assert_eq!(same["campaign"]["revision"], 1, "nothing has changed");
        let paused = graphql.payload(update, json!({ "input": { "id": campaign, "status": "PAUSED", "expectedRevision": 1 } })).await;
        assert_eq!(paused["campaign"]["revision"], 2);
        assert_eq!(revisions(graphql, &post).await, (3, Some(2)), "the pause holds the post");

        let delete = "mutation($input: DeleteCampaignInput!) { deleteCampaign(input: $input) {
            deletedId userErrors { message code path } } }";
        graphql.payload(delete, json!({ "input": { "id": campaign } })).await;
        assert_eq!(revisions(graphql, &post).await, (4, None), "the post has no campaign any more");
    }
}
