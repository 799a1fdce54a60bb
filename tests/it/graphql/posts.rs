//! Posts: written, changed, deleted, listed, and seen by those who may.

use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Settings;
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use futures_util::future::join_all;
use serde_json::{Value, json};

pub const CREATE: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id status content title hashtags linkUrl publishMode templateType author { name } workspace { id }
        targets { id status content title hashtags post { id } account { id } platform } }
    userErrors { message code path } } }";

const UPDATE: &str = "mutation($input: UpdatePostInput!) { updatePost(input: $input) {
    post { content title hashtags targets { content account { id } } } userErrors { message code path } } }";

const PAGE: &str = "query($first: Int, $after: String, $last: Int, $before: String) {
    posts(first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { content } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

const WITH_TARGETS: &str = "query($first: Int) { posts(first: $first) {
    nodes { id content status targets { id status content account { id name platform } } } } }";

/// Tomorrow, at a full minute: nothing is sent while a test runs.
pub fn tomorrow() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "a real time for a real server")]
    let now = Utc::now();
    (now + TimeDelta::days(1)).duration_trunc(TimeDelta::minutes(1)).unwrap()
}

pub fn texts(page: &Value) -> Vec<&str> {
    let nodes = page["posts"]["nodes"].as_array().unwrap();
    nodes.iter().map(|post| post["content"].as_str().unwrap()).collect()
}

fn delete(id: &Value) -> (&'static str, Value) {
    let document = "mutation($input: DeletePostInput!) { deletePost(input: $input) {
        deletedId userErrors { message code path } } }";
    (document, json!({ "input": { "id": id } }))
}

on_both_databases! {
    async fn a_draft_is_written_changed_and_deleted(db: Database) {
        let stage = Stage::set(&db).await;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bea").await);
        let graphql = &stage.person.graphql;
        let input = json!({
            "content": "  hello  ",
            "title": "A title",
            "hashtags": ["one", "two"],
            "linkUrl": "https://example.com/a",
            "templateType": "ANNOUNCEMENT",
            "accountIds": [ann, bea],
            "variants": [{ "accountId": bea, "content": "hello, bea", "hashtags": [] }],
        });
        let post = graphql.payload(CREATE, json!({ "input": input })).await["post"].clone();
        assert_eq!(post["status"], "DRAFT");
        assert_eq!(post["content"], "hello");
        assert_eq!(post["author"]["name"], "A Person");
        assert_eq!(post["targets"][0]["content"], "hello");
        assert_eq!(post["targets"][0]["hashtags"], json!(["one", "two"]));
        assert_eq!(post["targets"][1]["content"], "hello, bea");
        assert_eq!(post["targets"][1]["hashtags"], json!([]));
        assert_eq!(post["targets"][1]["title"], "A title");
        assert_eq!(post["targets"][1]["post"]["id"], post["id"]);
        assert_eq!(post["targets"][1]["platform"], "TWITTER");

        let change = json!({ "id": post["id"], "content": "hello again", "title": null });
        let changed = graphql.payload(UPDATE, json!({ "input": change })).await["post"].clone();
        assert_eq!(changed["content"], "hello again");
        assert_eq!(changed["title"], Value::Null, "null takes away");
        assert_eq!(changed["hashtags"], json!(["one", "two"]), "what is absent stays");
        assert_eq!(changed["targets"][1]["content"], "hello, bea");
        let change = json!({ "id": post["id"], "accountIds": [ann] });
        let changed = graphql.payload(UPDATE, json!({ "input": change })).await["post"].clone();
        assert_eq!(changed["targets"], json!([{ "content": "hello again", "account": { "id": ann } }]));

        let (document, variables) = delete(&post["id"]);
        assert_eq!(graphql.payload(document, variables.clone()).await["deletedId"], post["id"]);
        let gone = graphql.data("query($id: ID!) { post(id: $id) { id } }", json!({ "id": post["id"] })).await;
        assert_eq!(gone["post"], Value::Null);
        let again = graphql.user_errors(document, variables).await;
        assert_eq!(again, [("NOT_FOUND".to_owned(), json!(["input", "id"]))]);
    }

    async fn a_scheduled_post_is_moved_cancelled_and_scheduled_by_the_clock_on_the_wall(db: Database) {
        let stage = Stage::set(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let graphql = &stage.person.graphql;
        let id = stage.create(json!({ "content": "later", "accountIds": [ann], "scheduledAt": tomorrow().to_rfc3339() })).await;
        assert_eq!(stage.post(&id).await["status"], "SCHEDULED");
        stage.command("cancelPost", &id).await;
        assert_eq!(stage.post(&id).await["status"], "CANCELLED");
        let (at, ahead) = (tomorrow(), TimeDelta::minutes(330));
        let on_the_wall = (at + ahead).format("%Y-%m-%dT%H:%M").to_string();
        let local = json!({ "dateTime": on_the_wall, "timeZone": "Asia/Kolkata" });
        let document = "mutation($input: SchedulePostInput!) { schedulePost(input: $input) {
            post { status scheduledAt } userErrors { message code path } } }";
        let scheduled = graphql.payload(document, json!({ "input": { "id": id, "scheduledLocal": local } })).await;
        assert_eq!(scheduled["post"]["status"], "SCHEDULED");
        let expected = at.format("%Y-%m-%dT%H:%M:00.000000Z").to_string();
        assert_eq!(scheduled["post"]["scheduledAt"], expected);
    }

    async fn twenty_creations_under_one_key_make_one_post(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        let input = |content: &str| {
            json!({ "input": { "content": content, "accountIds": [], "clientMutationKey": "the key" } })
        };
        let answers = join_all((0..20).map(|_| graphql.payload(CREATE, input("once")))).await;
        let first = &answers[0]["post"]["id"];
        assert!(answers.iter().all(|answer| answer["post"]["id"] == *first), "{answers:#?}");
        let refused = graphql.user_errors(CREATE, input("another text")).await;
        assert_eq!(refused, [("IDEMPOTENCY_CONFLICT".to_owned(), json!(["input", "clientMutationKey"]))]);
        assert_eq!(graphql.data(PAGE, json!({})).await["posts"]["totalCount"], 1);
    }

    async fn a_key_gives_the_first_result_when_its_time_has_passed(db: Database) {
        let stage = Stage::set(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        #[expect(clippy::disallowed_methods, reason = "a real time for a real server")]
        let soon = (Utc::now() + TimeDelta::seconds(3)).to_rfc3339();
        let input = json!({
            "content": "once", "accountIds": [ann], "scheduledAt": soon, "clientMutationKey": "the key",
        });
        let id = stage.create(input.clone()).await;
        stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(stage.create(input).await, id);
    }

    async fn a_list_is_walked_forward_and_backward_without_a_gap(db: Database) {
        let stage = Stage::set(&db).await;
        let graphql = &stage.person.graphql;
        for text in ["1", "2", "3", "4", "5"] {
            stage.create(json!({ "content": text, "accountIds": [] })).await;
        }
        let first = graphql.data(PAGE, json!({ "first": 2 })).await;
        assert_eq!(texts(&first), ["5", "4"]);
        assert_eq!(first["posts"]["totalCount"], 5);
        assert_eq!(first["posts"]["pageInfo"]["hasNextPage"], true);
        let after = &first["posts"]["pageInfo"]["endCursor"];
        let second = graphql.data(PAGE, json!({ "first": 3, "after": after })).await;
        assert_eq!(texts(&second), ["3", "2", "1"]);
        assert_eq!(second["posts"]["pageInfo"]["hasNextPage"], false);
        let before = &second["posts"]["pageInfo"]["startCursor"];
        let back = graphql.data(PAGE, json!({ "last": 1, "before": before })).await;
        assert_eq!(texts(&back), ["4"]);
        assert_eq!(back["posts"]["pageInfo"]["hasPreviousPage"], true);
        let document = "{ posts(filter: { text: \"3\", statuses: [DRAFT] }, orderBy: OLDEST_FIRST) { nodes { content } } }";
        assert_eq!(texts(&graphql.data(document, json!({})).await), ["3"]);
        assert_eq!(texts(&graphql.data("{ posts(offset: 3) { nodes { content } } }", json!({})).await), ["2", "1"]);
    }

    async fn posts_with_targets_and_accounts_are_three_statements_for_one_and_for_a_hundred(db: Database) {
        let stage = Stage::set_with(&db, Settings::counting_statements).await;
        let (ann, bea) = (stage.connect("TWITTER", "ann").await, stage.connect("TWITTER", "bea").await);
        for n in 0..100 {
            stage.create(json!({ "content": n.to_string(), "accountIds": [ann, bea] })).await;
        }
        for first in [1, 100] {
            let answer = stage.person.graphql.post(WITH_TARGETS, json!({ "first": first })).await;
            let posts = answer.data()["posts"]["nodes"].as_array().unwrap();
            assert_eq!((posts.len(), posts[0]["targets"].as_array().unwrap().len()), (first, 2));
            assert_eq!(answer.statements(), 3, "{first} posts");
        }
    }

    async fn a_stranger_sees_and_changes_nothing(db: Database) {
        let stage = Stage::set(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let id = stage.create(json!({ "content": "ours", "accountIds": [ann] })).await;
        let ours = stage.person.graphql.data("{ viewer { workspace { id } } }", json!({})).await;
        let workspace = &ours["viewer"]["workspace"]["id"];
        let target = stage.post(&id).await["targets"][0]["id"].clone();
        let stranger = Person::register(&stage.server).await.graphql;
        let document = "query($id: ID!, $target: ID!, $account: ID!, $workspace: ID!) { post(id: $id) { id }
            nodes(ids: [$id, $target, $account, $workspace]) { id } }";
        let variables = json!({ "id": id, "target": target, "account": ann, "workspace": workspace });
        let seen = stranger.data(document, variables).await;
        assert_eq!(seen, json!({ "post": null, "nodes": [null, null, null, null] }));
        let list = "query($workspace: ID!) { posts(workspaceId: $workspace) { nodes { id } } }";
        let refused = stranger.post(list, json!({ "workspace": workspace })).await;
        assert_eq!(refused.error_codes(), ["NOT_FOUND"]);
        let (document, variables) = delete(&json!(id));
        assert_eq!(stranger.user_errors(document, variables).await[0].0, "NOT_FOUND");
        let theirs = json!({ "input": { "content": "x", "accountIds": [ann] } });
        let refused = stranger.user_errors(CREATE, theirs).await;
        assert_eq!(refused, [("NOT_FOUND".to_owned(), json!(["input", "accountIds", "0"]))]);
        let nobody = stage.server.graphql().post("{ posts { nodes { id } } }", json!({})).await;
        assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
    }

    async fn everything_with_an_id_is_found_by_it(db: Database) {
        let stage = Stage::set(&db).await;
        let ann = stage.connect("TWITTER", "ann").await;
        let id = stage.create(json!({ "content": "ours", "accountIds": [ann], "publishNow": true })).await;
        stage.post_with_status(&id, "PUBLISHED").await;
        let document = "query($id: ID!) { post(id: $id) { id author { id } workspace { id }
            targets { id steps { id } } } }";
        let post = stage.person.graphql.data(document, json!({ "id": id })).await["post"].clone();
        let target = &post["targets"][0];
        let ids = json!([
            id, target["id"], target["steps"][0]["id"], post["author"]["id"], post["workspace"]["id"], ann,
        ]);
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
        let found = stage.person.graphql.data(document, json!({ "ids": ids })).await;
        let types = ["Post", "PostTarget", "PublishStep", "User", "Workspace", "Account"];
        let found = found["nodes"].as_array().unwrap();
        assert_eq!(found.iter().map(|node| node["__typename"].as_str().unwrap()).collect::<Vec<_>>(), types);
        assert_eq!(json!(found.iter().map(|node| node["id"].clone()).collect::<Vec<_>>()), ids);
        let wrong = stage.person.graphql.post("{ node(id: \"nonsense\") { id } }", json!({})).await;
        assert_eq!(wrong.error_codes(), ["BAD_USER_INPUT"]);
    }
}
