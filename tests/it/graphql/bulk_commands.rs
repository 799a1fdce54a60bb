//! Commands on several posts in one call: done together, and each post with its own outcome.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::{Database, on_both_databases};
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Settings;
use crate::support::sql::lines;
use chrono::TimeDelta;
use serde_json::{Value, json};

const CANCEL: &str = "mutation($input: CancelPostsInput!) { cancelPosts(input: $input) {
    results { post { id status scheduledAt } userErrors { code path } } userErrors { message code path } } }";
const RESCHEDULE: &str = "mutation($input: ReschedulePostsInput!) { reschedulePosts(input: $input) {
    results { post { id status scheduledAt revision } userErrors { code path } } userErrors { message code path } } }";
const DELETE: &str = "mutation($input: DeletePostsInput!) { deletePosts(input: $input) {
    results { deletedPostId userErrors { code path } } userErrors { message code path } } }";
const CREATE: &str = "mutation($input: CreatePostsInput!) { createPosts(input: $input) {
    posts { post { id } } failed userErrors { message code path } } }";

/// Tomorrow, and so many minutes.
fn later(minutes: usize) -> String {
    (tomorrow() + TimeDelta::minutes(i64::try_from(minutes).unwrap())).to_rfc3339()
}

async fn run(graphql: &Graphql, document: &str, input: Value) -> Vec<Value> {
    graphql.payload(document, json!({ "input": input })).await["results"].as_array().unwrap().clone()
}

/// What was against each post: nothing, or the first error's code and path.
fn refusals(results: &[Value]) -> Vec<Option<(&str, &Value)>> {
    let first = results.iter().map(|result| result["userErrors"].get(0));
    first.map(|error| error.map(|it| (it["code"].as_str().unwrap(), &it["path"]))).collect()
}

/// Creates posts of one account; answers their ids.
async fn create(graphql: &Graphql, posts: Vec<Value>) -> Vec<Value> {
    let made = graphql.payload(CREATE, json!({ "input": { "posts": posts } })).await;
    assert_eq!(made["failed"], 0, "{made:#}");
    made["posts"].as_array().unwrap().iter().map(|it| it["post"]["id"].clone()).collect()
}

async fn events(db: &Database, kind: &str) -> String {
    let statement = format!("select cast(count(*) as text) as line from events where kind = '{kind}'");
    lines(db, &statement).await.concat()
}

on_both_databases! {
    async fn a_hundred_posts_are_changed_with_as_many_statements_as_ten(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api").counting_statements()).await;
        let graphql = &stage.person.graphql;
        let account = stage.connect("TWITTER", "ann").await;
        let mut counts: Vec<Vec<u32>> = Vec::new();
        for count in [10, 100] {
            let post = |number: usize| {
                json!({ "content": format!("Post {number} of {count}"), "accountIds": [account], "scheduledAt": later(number) })
            };
            let ids = create(graphql, (0..count).map(post).collect()).await;
            let moved = ids.iter().zip(0..).map(|(id, at)| json!({ "postId": id, "scheduledAt": later(1_000 + at) }));
            let moved: Vec<Value> = moved.collect();
            let keyed = json!({ "posts": moved, "clientMutationKey": format!("{count} posts") });
            let mut statements = Vec::new();
            for (document, input) in
                [(RESCHEDULE, keyed), (CANCEL, json!({ "postIds": ids })), (DELETE, json!({ "postIds": ids }))]
            {
                let answer = graphql.post(document, json!({ "input": input })).await;
                let payload = answer.data().as_object().unwrap().values().next().unwrap();
                let results = payload["results"].as_array().unwrap();
                assert!(results.len() == count && refusals(results).iter().all(Option::is_none), "{payload:#}");
                if document == RESCHEDULE {
                    // Times that differ are written by a statement of their own kind.
                    assert!(results.iter().all(|it| it["post"]["revision"] == 2), "{payload:#}");
                }
                statements.push(answer.statements());
            }
            counts.push(statements);
        }
        assert_eq!(counts[0], counts[1], "rescheduled, cancelled, deleted");
        assert_eq!(events(&db, "post.deleted").await, "110");
    }

    async fn each_post_of_a_call_has_its_own_outcome_in_the_order_of_the_input(db: Database) {
        let stage = Stage::set_with(&db, |settings: Settings| settings.roles("api")).await;
        let graphql = &stage.person.graphql;
        let account = stage.connect("TWITTER", "ann").await;
        let planned = json!({ "content": "planned", "accountIds": [account], "scheduledAt": later(0) });
        let long = json!({ "content": "x".repeat(281), "accountIds": [account] });
        let posts = vec![planned.clone(), json!({ "content": "a draft" }), planned, long];
        let [first, draft, second, long] = <[Value; 4]>::try_from(create(graphql, posts).await).unwrap();
        let stranger = Person::register(&stage.server).await;
        let foreign = create(&stranger.graphql, vec![json!({ "content": "not yours" })]).await[0].clone();

        let ids = json!({ "postIds": [first, draft, second, first, "nobody", foreign] });
        let results = run(graphql, CANCEL, ids).await;
        let path = |at: usize| json!(["input", "postIds", at.to_string()]);
        assert_eq!(refusals(&results), [
            None, Some(("POST_STATE_FORBIDS", &path(1))), None, Some(("INVALID", &path(3))), Some(("INVALID", &path(4))),
            Some(("NOT_FOUND", &path(5))),
        ]);
        assert_eq!((&results[0]["post"]["id"], &results[0]["post"]["status"]), (&first, &json!("CANCELLED")));
        assert_eq!(events(&db, "post.cancelled").await, "2");

        let at = |id: &Value, at: String| json!({ "postId": id, "scheduledAt": at });
        let posts = json!([
            at(&second, later(5)), at(&draft, later(5)), at(&first, "2020-01-01T00:00:00Z".to_owned()), { "postId": long },
        ]);
        let input = json!({ "posts": posts, "clientMutationKey": "moved" });
        let results = run(graphql, RESCHEDULE, input.clone()).await;
        let path = |at: usize, field: &str| json!(["input", "posts", at.to_string(), field]);
        assert_eq!(refusals(&results), [
            None,
            Some(("POST_NO_TARGETS", &path(1, "postId"))),
            Some(("POST_SCHEDULE_IN_PAST", &path(2, "scheduledAt"))),
            Some(("REQUIRED", &path(3, "scheduledAt"))),
        ]);
        assert_eq!((&results[0]["post"]["id"], &results[0]["post"]["status"]), (&second, &json!("SCHEDULED")));
        let scheduled = events(&db, "post.scheduled").await;
        assert_eq!(run(graphql, RESCHEDULE, input).await[0], results[0], "the key was used");
        assert_eq!(events(&db, "post.scheduled").await, scheduled);
        let results = run(graphql, RESCHEDULE, json!({ "posts": [at(&long, later(5))] })).await;
        assert_eq!(refusals(&results), [Some(("POST_REJECTED_BY_RULES", &path(0, "postId")))]);

        stage.command("publishPost", second.as_str().unwrap()).await;
        let results = run(graphql, DELETE, json!({ "postIds": [second, draft, foreign, first] })).await;
        let path = |at: usize| json!(["input", "postIds", at.to_string()]);
        assert_eq!(refusals(&results), [
            Some(("POST_STATE_FORBIDS", &path(0))), None, Some(("NOT_FOUND", &path(2))), None,
        ]);
        assert_eq!((&results[1]["deletedPostId"], &results[3]["deletedPostId"]), (&draft, &first));
        let many = vec![first; 501];
        let errors = graphql.user_errors(DELETE, json!({ "input": { "postIds": many } })).await;
        assert_eq!(errors, [("TOO_MANY".to_owned(), json!(["input", "postIds"]))]);
    }

    async fn where_a_quota_ends_those_posts_are_refused_that_have_no_room(db: Database) {
        let limited = |settings: Settings| settings.roles("api").set("FANFARE_WORKSPACE_OPEN_POSTS", "1");
        let stage = Stage::set_with(&db, limited).await;
        let graphql = &stage.person.graphql;
        let account = stage.connect("TWITTER", "ann").await;
        let draft = json!({ "content": "a draft", "accountIds": [account] });
        let ids = create(graphql, vec![draft.clone(), draft]).await;
        let posts: Vec<Value> = ids.iter().map(|id| json!({ "postId": id, "scheduledAt": later(0) })).collect();
        let results = run(graphql, RESCHEDULE, json!({ "posts": posts })).await;
        let path = json!(["input", "posts", "1"]);
        assert_eq!(refusals(&results), [None, Some(("QUOTA_EXCEEDED", &path))]);
    }
}
