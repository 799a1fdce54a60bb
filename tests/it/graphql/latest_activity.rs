//! The newest events of a workspace, read before they are followed.

use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::execute;
use crate::support::sse::SseReader;
use crate::support::waiting::eventually;
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);
const LATEST: &str = "query($id: ID!, $last: Int! = 50) { node(id: $id) {
    ... on Workspace { activity(last: $last) { cursor kind } } } }";
const FOLLOW: &str = "subscription($id: ID, $after: String) {
    activity(workspaceId: $id, after: $after) { kind subject { ... on Post { content } } } }";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    session { accessToken } userErrors { code } } }";
const KEY: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret userErrors { code } } }";
const POST: &str = "mutation($input: CreatePostInput!) { createPost(input: $input) {
    post { id } userErrors { code } } }";

/// The kinds of the newest events, oldest first, and the cursor of the last one.
async fn latest(reader: &Graphql, workspace: &Value, last: i32) -> (Vec<String>, Value) {
    let answer = reader.data(LATEST, json!({ "id": workspace, "last": last })).await;
    let events = answer["node"]["activity"].as_array().unwrap().clone();
    let kinds = events.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect();
    (kinds, events.last().unwrap()["cursor"].clone())
}

/// How often the server has read the newest events from the database.
async fn reads_of_the_newest(server: &Server) -> u64 {
    let text = server.metrics().await;
    let count = "fanfare_db_call_seconds_count{call=\"events::latest\"} ";
    text.lines().find_map(|line| line.strip_prefix(count)).unwrap().parse().unwrap()
}

async fn post(owner: &Graphql, content: &str) {
    owner.payload(POST, json!({ "input": { "content": content } })).await;
}

/// What the next event's post says.
async fn next_post(stream: &mut SseReader) -> Value {
    let next = stream.next(LIMIT).await.expect("the stream goes on").json();
    assert_eq!(next["data"]["activity"]["kind"], "POST_CREATED", "{next}");
    next["data"]["activity"]["subject"]["content"].clone()
}

on_both_databases! {
    async fn what_happened_is_read_by_the_rules_of_the_subscription_which_continues_without_a_gap(db: Database) {
        let server = Server::start(&db).await;
        let (owner, viewer) = (Person::register(&server).await, Person::register(&server).await);
        viewer.join(&owner.graphql, "VIEWER").await;
        let own = owner.graphql.data("{ viewer { workspace { id } } }", json!({})).await;
        let workspace = own["viewer"]["workspace"]["id"].clone();
        let input = json!({ "email": owner.email, "password": owner.password });
        server.graphql().payload(LOGIN, json!({ "input": input })).await;
        let key = json!({ "input": { "name": "A program", "scopes": ["READ"] } });
        let key = owner.graphql.payload(KEY, key).await["secret"].as_str().unwrap().to_owned();

        let before = ["WORKSPACE_CREATED", "INVITATION_CREATED", "MEMBER_ADDED"];
        let (of_owner, _) = latest(&owner.graphql, &workspace, 50).await;
        assert_eq!(of_owner, [before.as_slice(), &["MEMBER_SIGNED_IN", "KEY_CREATED"]].concat());
        let (of_key, _) = latest(&owner.graphql.with_token(&key), &workspace, 50).await;
        assert_eq!(of_key, [before.as_slice(), &["KEY_CREATED"]].concat());
        let (of_viewer, _) = latest(&viewer.graphql, &workspace, 50).await;
        assert_eq!(of_viewer, before);

        assert_eq!(latest(&viewer.graphql, &workspace, 2).await.0, before[1..]);
        for last in [0, 201] {
            let answer = viewer.graphql.post(LATEST, json!({ "id": workspace, "last": last })).await;
            assert_eq!(answer.error_codes(), ["BAD_USER_INPUT"]);
        }

        // All of it becomes older than what a subscription replays; what the viewer missed is not for them.
        let age = if db.is_postgres() { "interval '8 days'" } else { "691200000000" };
        execute(&db, &format!("update events set at = at - {age}")).await;
        let (_, old) = latest(&viewer.graphql, &workspace, 1).await;
        let reads = reads_of_the_newest(&server).await;
        let mut stream = viewer.graphql.stream(FOLLOW, json!({ "id": workspace, "after": old })).await;
        eventually(LIMIT, "the server looks for what the viewer missed", async || {
            (reads_of_the_newest(&server).await > reads).then_some(())
        })
        .await;
        post(&owner.graphql, "The first post").await;
        assert_eq!(next_post(&mut stream).await, "The first post");

        let (_, cursor) = latest(&viewer.graphql, &workspace, 1).await;
        post(&owner.graphql, "The second post").await;
        let mut stream = viewer.graphql.stream(FOLLOW, json!({ "id": workspace, "after": cursor })).await;
        assert_eq!(next_post(&mut stream).await, "The second post");

        // Now the viewer has missed posts, and events between the two are too old.
        let mut socket = viewer.graphql.socket().await;
        socket.subscribe("1", FOLLOW, json!({ "id": workspace, "after": old })).await;
        let refused = socket.next(LIMIT).await;
        assert_eq!(refused["payload"][0]["extensions"]["code"], "CURSOR_TOO_OLD", "{refused}");
    }
}
