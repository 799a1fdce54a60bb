//! Campaigns: what is said of them, and what their pause does to their posts.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::{Server, Settings};
use crate::support::waiting::eventually;
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use std::time::Duration;

const FIELDS: &str =
    "id databaseId name description status targetPlatforms startDate endDate budget postCount
    overduePosts { id status } createdBy { name } workspace { id }";

async fn create(graphql: &Graphql, input: Value) -> Value {
    let document = format!(
        "mutation($input: CreateCampaignInput!) {{ createCampaign(input: $input) {{
            campaign {{ {FIELDS} }} userErrors {{ message code path }} }} }}"
    );
    graphql.payload(&document, json!({ "input": input })).await["campaign"].clone()
}

async fn update(graphql: &Graphql, input: Value) -> Value {
    let document = format!(
        "mutation($input: UpdateCampaignInput!) {{ updateCampaign(input: $input) {{
            campaign {{ {FIELDS} }} userErrors {{ message code path }} }} }}"
    );
    graphql.payload(&document, json!({ "input": input })).await["campaign"].clone()
}

const DELETE: &str = "mutation($input: DeleteCampaignInput!) { deleteCampaign(input: $input) {
    deletedId userErrors { message code path } } }";
const UPDATE_POST: &str = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
    post { id status scheduledAt campaign { id } } userErrors { message code path } } }";

fn spring() -> Value {
    json!({ "name": " Spring ", "startDate": "2026-03-01", "endDate": "2026-05-31" })
}

on_both_databases! {
    async fn a_campaign_is_made_changed_found_and_deleted(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let graphql = &person.graphql;
        let mut input = spring();
        input["budget"] = json!(1500.5);
        input["targetPlatforms"] = json!(["TWITTER", "YOUTUBE", "TWITTER"]);
        input["description"] = json!("Flowers");
        input["clientMutationKey"] = json!("once");
        let made = create(graphql, input.clone()).await;
        assert_eq!(made["name"], "Spring");
        assert_eq!((&made["status"], &made["budget"]), (&json!("ACTIVE"), &json!("1500.50")));
        assert_eq!(made["targetPlatforms"], json!(["TWITTER", "YOUTUBE"]));
        assert_eq!((&made["startDate"], &made["endDate"]), (&json!("2026-03-01"), &json!("2026-05-31")));
        assert_eq!((&made["postCount"], &made["overduePosts"]), (&json!(0), &json!([])));
        assert_eq!(made["createdBy"]["name"], "A Person");
        assert_eq!(create(graphql, input).await["id"], made["id"], "the key gives the first one again");

        let change = json!({ "id": made["id"], "description": null, "endDate": "2026-06-30", "status": "COMPLETED" });
        let changed = update(graphql, change).await;
        assert_eq!((&changed["description"], &changed["endDate"]), (&Value::Null, &json!("2026-06-30")));
        assert_eq!((&changed["budget"], &changed["status"]), (&json!("1500.50"), &json!("COMPLETED")));
        let other = create(graphql, spring()).await;
        let document = "{ all: campaigns { totalCount nodes { id } }
            some: campaigns(filter: { statuses: [COMPLETED] }, first: 1) { totalCount nodes { id } pageInfo { hasNextPage } }
            paged: campaigns(offset: 1) { nodes { id } } }";
        let lists = graphql.data(document, json!({})).await;
        assert_eq!(lists["all"], json!({ "totalCount": 2, "nodes": [{ "id": other["id"] }, { "id": made["id"] }] }));
        assert_eq!(lists["some"]["nodes"], json!([{ "id": made["id"] }]));
        assert_eq!((&lists["some"]["totalCount"], &lists["some"]["pageInfo"]["hasNextPage"]), (&json!(1), &json!(false)));
        assert_eq!(lists["paged"]["nodes"], json!([{ "id": made["id"] }]));
        let document = "query($id: ID!) { node(id: $id) { __typename id } campaign(id: $id) { name } }";
        let found = graphql.data(document, json!({ "id": made["id"] })).await;
        assert_eq!(found, json!({ "node": { "__typename": "Campaign", "id": made["id"] }, "campaign": { "name": "Spring" } }));

        let deleted = graphql.payload(DELETE, json!({ "input": { "id": made["id"] } })).await;
        assert_eq!(deleted["deletedId"], made["id"]);
        let again = graphql.user_errors(DELETE, json!({ "input": { "id": made["id"] } })).await;
        assert_eq!(again, [("NOT_FOUND".to_owned(), json!(["input", "id"]))]);
        let log = person.events("CAMPAIGN_CREATED, CAMPAIGN_UPDATED, CAMPAIGN_COMPLETED, CAMPAIGN_DELETED", 5).await;
        let kinds: Vec<&str> = log.iter().map(|event| event["kind"].as_str().unwrap()).collect();
        let expected = ["CAMPAIGN_CREATED", "CAMPAIGN_UPDATED", "CAMPAIGN_COMPLETED", "CAMPAIGN_CREATED", "CAMPAIGN_DELETED"];
        assert_eq!(kinds, expected);
        assert_eq!(log[3]["subject"], json!({ "__typename": "Campaign", "id": other["id"] }));
        assert_eq!((&log[4]["subject"], &log[4]["summary"]), (&Value::Null, &json!("The campaign \"Spring\" was deleted")));
    }

    async fn a_pause_holds_what_is_scheduled_and_its_end_schedules_what_is_ahead(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, graphql) = (stage.connect("TWITTER", "ann").await, &stage.person.graphql);
        let campaign = create(graphql, spring()).await["id"].clone();
        let at = tomorrow().to_rfc3339();
        let planned = json!({ "content": "planned", "accountIds": [ann], "scheduledAt": at, "campaignId": campaign });
        let planned = stage.create(planned).await;
        let draft = stage.create(json!({ "content": "a draft", "accountIds": [ann], "campaignId": campaign })).await;
        let other = stage.create(json!({ "content": "of no campaign", "accountIds": [ann], "scheduledAt": at })).await;

        let paused = update(graphql, json!({ "id": campaign, "status": "PAUSED" })).await;
        assert_eq!((&paused["postCount"], &paused["overduePosts"]), (&json!(2), &json!([])));
        let held = stage.post(&planned).await;
        assert_eq!((&held["status"], &held["targets"][0]["status"]), (&json!("HELD"), &json!("HELD")));
        assert_eq!(stage.post(&draft).await["status"], "DRAFT");
        assert_eq!(stage.post(&other).await["status"], "SCHEDULED");

        let change = json!({ "input": { "id": planned, "content": "edited while held" } });
        let edited = graphql.payload(UPDATE_POST, change).await["post"].clone();
        assert_eq!((&edited["status"], &edited["campaign"]["id"]), (&json!("HELD"), &campaign));
        let late = stage.create(json!({ "content": "late", "accountIds": [ann], "scheduledAt": at, "campaignId": campaign })).await;
        assert_eq!(stage.post(&late).await["status"], "HELD", "planned in a paused campaign");
        let change = json!({ "input": { "id": other, "campaignId": campaign } });
        assert_eq!(graphql.payload(UPDATE_POST, change).await["post"]["status"], "HELD", "moved into it");
        let document = "mutation($input: SchedulePostInput!) { schedulePost(input: $input) {
            post { status } userErrors { message code path } } }";
        let moved = graphql.payload(document, json!({ "input": { "id": draft, "scheduledAt": at } })).await;
        assert_eq!(moved["post"]["status"], "HELD", "scheduled in it");
        let change = json!({ "input": { "id": other, "campaignId": null } });
        let out = graphql.payload(UPDATE_POST, change).await["post"].clone();
        assert_eq!((&out["status"], &out["campaign"]), (&json!("SCHEDULED"), &Value::Null), "moved out of it");

        let list = "query($id: ID!) { posts(filter: { campaignId: $id, statuses: [HELD] }) { totalCount } }";
        assert_eq!(graphql.data(list, json!({ "id": campaign })).await["posts"]["totalCount"], 3);
        let resumed = update(graphql, json!({ "id": campaign, "status": "ACTIVE" })).await;
        assert_eq!((&resumed["status"], &resumed["overduePosts"]), (&json!("ACTIVE"), &json!([])));
        for id in [&planned, &draft, &late] {
            let post = stage.post(id).await;
            assert_eq!((&post["status"], &post["targets"][0]["status"]), (&json!("SCHEDULED"), &json!("SCHEDULED")));
        }
        let log = stage.person.events("CAMPAIGN_PAUSED, CAMPAIGN_RESUMED", 2).await;
        assert_eq!(log[0]["payload"]["posts_changed"], 1);
        assert_eq!(log[1]["payload"]["posts_changed"], 3);
    }

    async fn what_passed_during_a_pause_goes_out_only_when_a_person_says_so(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, graphql) = (stage.connect("TWITTER", "ann").await, &stage.person.graphql);
        let campaign = create(graphql, spring()).await["id"].clone();
        #[expect(clippy::disallowed_methods, reason = "a real time for a real server")]
        let soon = (Utc::now() + TimeDelta::milliseconds(2500)).to_rfc3339();
        let input = json!({ "content": "too late", "accountIds": [ann], "scheduledAt": soon, "campaignId": campaign });
        let post = stage.create(input).await;
        update(graphql, json!({ "id": campaign, "status": "PAUSED" })).await;
        let document = "query($id: ID!) { campaign(id: $id) { overduePosts { id } } }";
        let overdue = async || {
            let found = graphql.data(document, json!({ "id": campaign })).await;
            Some(found["campaign"]["overduePosts"].clone()).filter(|posts| posts != &json!([]))
        };
        let listed = eventually(Duration::from_secs(20), "the time to pass", overdue).await;
        assert_eq!(listed, json!([{ "id": post }]));
        let resumed = update(graphql, json!({ "id": campaign, "status": "ACTIVE" })).await;
        assert_eq!(resumed["overduePosts"], json!([{ "id": post, "status": "HELD" }]));
        let change = json!({ "input": { "id": post, "title": "Edited" } });
        assert_eq!(graphql.payload(UPDATE_POST, change).await["post"]["status"], "HELD", "an edit sends nothing");
        assert_eq!(stage.on_networks("too late").await, [] as [Value; 0]);

        stage.command("publishPost", &post).await;
        stage.post_with_status(&post, "PUBLISHED").await;
        assert_eq!(stage.on_networks("too late").await.len(), 1);
    }

    async fn a_deleted_campaign_leaves_its_posts_as_they_are(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, graphql) = (stage.connect("TWITTER", "ann").await, &stage.person.graphql);
        for (pause, status) in [(false, "SCHEDULED"), (true, "HELD")] {
            let campaign = create(graphql, spring()).await["id"].clone();
            let at = tomorrow().to_rfc3339();
            let input = json!({ "content": "x", "accountIds": [ann], "scheduledAt": at, "campaignId": campaign });
            let post = stage.create(input).await;
            if pause {
                update(graphql, json!({ "id": campaign, "status": "PAUSED" })).await;
            }
            graphql.payload(DELETE, json!({ "input": { "id": campaign } })).await;
            let document = "query($id: ID!) { post(id: $id) { status campaign { id } } }";
            let left = graphql.data(document, json!({ "id": post })).await;
            assert_eq!(left["post"], json!({ "status": status, "campaign": null }));
        }
    }

    async fn a_campaign_with_bad_input_or_of_strangers_is_refused(db: Database) {
        let server = Server::start(&db).await;
        let (person, stranger) = (Person::register(&server).await, Person::register(&server).await);
        let document = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) {
            campaign { id } userErrors { message code path } } }";
        let input = json!({ "name": " ", "startDate": "2026-03-02", "endDate": "2026-03-01", "budget": "-1" });
        let refused = person.graphql.user_errors(document, json!({ "input": input })).await;
        let expected = [("REQUIRED", "name"), ("CAMPAIGN_ENDS_BEFORE_START", "endDate"), ("INVALID", "budget")];
        assert_eq!(refused, expected.map(|(code, field)| (code.to_owned(), json!(["input", field]))));
        let bad = person.graphql.post(document, json!({ "input": { "name": "x", "startDate": "2026-02-30", "endDate": "2026-03-01" } })).await;
        assert!(bad.body["errors"].is_array(), "no such day: {:#}", bad.body);

        let campaign = create(&person.graphql, spring()).await["id"].clone();
        let change = json!({ "input": { "id": campaign, "endDate": "2026-02-01" } });
        let document = "mutation($input: UpdateCampaignInput!) { updateCampaign(input: $input) {
            campaign { id } userErrors { message code path } } }";
        let refused = person.graphql.user_errors(document, change.clone()).await;
        assert_eq!(refused, [("CAMPAIGN_ENDS_BEFORE_START".to_owned(), json!(["input", "endDate"]))]);
        assert_eq!(stranger.graphql.user_errors(document, change).await[0].0, "NOT_FOUND");
        assert_eq!(stranger.graphql.user_errors(DELETE, json!({ "input": { "id": campaign } })).await[0].0, "NOT_FOUND");
        let seen = stranger.graphql.data("query($id: ID!) { campaign(id: $id) { id } node(id: $id) { id } }", json!({ "id": campaign }));
        assert_eq!(seen.await, json!({ "campaign": null, "node": null }));
        let create_post = "mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } userErrors { message code path } } }";
        let theirs = json!({ "input": { "content": "x", "accountIds": [], "campaignId": campaign } });
        let refused = stranger.graphql.user_errors(create_post, theirs).await;
        assert_eq!(refused, [("NOT_FOUND".to_owned(), json!(["input", "campaignId"]))]);

        stranger.join(&person.graphql, "VIEWER").await;
        let forbidden = stranger.graphql.post(document, json!({ "input": { "id": campaign, "status": "PAUSED" } })).await;
        assert_eq!(forbidden.error_codes(), ["FORBIDDEN"]);
    }

    async fn lists_of_campaigns_take_as_many_statements_for_one_as_for_a_hundred(db: Database) {
        let stage = Stage::set_with(&db, Settings::counting_statements).await;
        let graphql = &stage.person.graphql;
        for n in 0..100 {
            let campaign = create(graphql, spring()).await["id"].clone();
            stage.create(json!({ "content": n.to_string(), "accountIds": [], "campaignId": campaign })).await;
        }
        let campaigns = format!("query($first: Int) {{ campaigns(first: $first) {{ nodes {{ {FIELDS} }} }} }}");
        let posts = "query($first: Int) { posts(first: $first) { nodes { id campaign { name } } } }";
        for first in [1, 100] {
            let answer = graphql.post(&campaigns, json!({ "first": first })).await;
            let nodes = answer.data()["campaigns"]["nodes"].as_array().unwrap();
            assert_eq!((nodes.len(), &nodes[0]["postCount"]), (first, &json!(1)));
            assert_eq!(answer.statements(), 5, "{first} campaigns: counts, overdue posts, people, workspace");
            let answer = graphql.post(posts, json!({ "first": first })).await;
            assert_eq!(answer.data()["posts"]["nodes"].as_array().unwrap().len(), first);
            assert_eq!(answer.statements(), 2, "{first} posts with their campaigns");
        }
    }
}
