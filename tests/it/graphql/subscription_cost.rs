//! What subscribers cost the database: nothing for each event and each of them where they select what events tell, and the
//! same for one as for many where they select rows.

use super::posts::tomorrow;
use crate::publishing::stage::Stage;
use crate::support::database::on_both_databases;
use crate::support::websocket::GraphqlSocket;
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);
const ACTIVITY: &str = "subscription($after: String) { activity(after: $after) { cursor at kind summary payload: payloadJson } }";
const POST_STATUS: &str =
    "subscription($after: String) { postStatus(after: $after) { cursor at from to error { code message }
    post { id status } target { id platform status externalId url error { code } } } }";
/// Shows what no event tells.
const WITH_ROWS: &str = "subscription($after: String) { postStatus(after: $after) { cursor to
    post { id status content targets { status account { name } } } } }";
const CANCEL: &str = "mutation($input: CancelPostInput!) { cancelPost(input: $input) {
    userErrors { code path } } }";
/// Posts that are written while it is counted.
const WRITES: u64 = 12;

/// How often each call to the database was made, by the server's own count. Left out is what the server does by the
/// clock, and what it remembers for 20 s.
async fn calls(stage: &Stage) -> BTreeMap<String, u64> {
    let by_the_clock =
        ["agenda::", "jobs::", "events::last_seqs", "workspaces::role_of", "sessions::is_live"];
    let text = stage.server.metrics().await;
    let counts = text.lines().filter_map(|line| {
        let (call, count) = line.strip_prefix("fanfare_db_call_seconds_count{call=\"")?.split_once("\"} ")?;
        Some((call.to_owned(), count.parse().unwrap()))
    });
    counts.filter(|(call, _): &(String, u64)| !by_the_clock.iter().any(|it| call.starts_with(it))).collect()
}

/// Plans a post; answers its id.
async fn plan(stage: &Stage, account: &str) -> String {
    let at = tomorrow().to_rfc3339();
    stage.create(json!({ "content": "planned", "accountIds": [account], "scheduledAt": at })).await
}

/// Cancels a post; answers the position of the last event, which all subscriptions show.
async fn cancel(stage: &Stage, id: &str) -> String {
    let answer = stage.person.graphql.post(CANCEL, json!({ "input": { "id": id } })).await;
    assert_eq!(answer.data()["cancelPost"]["userErrors"], json!([]));
    let seq = answer.headers["x-fanfare-seq"].to_str().unwrap().parse().unwrap();
    Cursor { workspace_id: WorkspaceId(1), seq }.encode()
}

/// Plans a post and cancels it.
async fn write(stage: &Stage, account: &str) -> String {
    cancel(stage, &plan(stage, account).await).await
}

/// Waits until so many subscriptions of each socket have come to this position; answers what they were told there.
async fn all_have_it(sockets: &mut [GraphqlSocket], subscriptions: usize, cursor: &str) -> Vec<Value> {
    let mut told = Vec::new();
    for socket in sockets {
        let mut there = 0;
        while there < subscriptions {
            let message = socket.next(LIMIT).await;
            assert!(message["payload"].get("errors").is_none(), "{message:#}");
            let data = message["payload"]["data"].as_object().unwrap();
            if data.values().all(|event| event["cursor"] == cursor) {
                there += 1;
                told.push(message["payload"]["data"].clone());
            }
        }
    }
    told
}

/// The calls that were made since.
async fn calls_since(stage: &Stage, before: BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut spent = calls(stage).await;
    for (call, count) in before {
        *spent.entry(call).or_default() -= count;
    }
    // Once a second and server, for all who listen: whether their session was revoked.
    assert!(spent.remove("sessions::revoked_since").unwrap_or_default() <= WRITES);
    spent.retain(|_, count| *count > 0);
    spent
}

/// The calls that it takes to write while so many subscriptions are open.
async fn cost(stage: &Stage, account: &str, subscriptions: usize) -> BTreeMap<String, u64> {
    let after = json!({ "after": write(stage, account).await });
    let mut sockets = Vec::new();
    for _ in 0..subscriptions / 2 {
        let mut socket = stage.person.graphql.socket().await;
        socket.subscribe("activity", ACTIVITY, after.clone()).await;
        socket.subscribe("status", POST_STATUS, after.clone()).await;
        sockets.push(socket);
    }
    all_have_it(&mut sockets, 2, &write(stage, account).await).await;
    let before = calls(stage).await;
    for _ in 0..WRITES {
        all_have_it(&mut sockets, 2, &write(stage, account).await).await;
    }
    calls_since(stage, before).await
}

/// The calls that it takes to cancel posts while so many subscriptions show their rows.
async fn cost_of_rows(stage: &Stage, account: &str, subscriptions: usize) -> BTreeMap<String, u64> {
    let after = json!({ "after": write(stage, account).await });
    let mut planned = Vec::new();
    for _ in 0..=WRITES {
        planned.push(plan(stage, account).await);
    }
    let mut sockets = Vec::new();
    for _ in 0..subscriptions {
        let mut socket = stage.person.graphql.socket().await;
        socket.subscribe("1", WITH_ROWS, after.clone()).await;
        sockets.push(socket);
    }
    let last = planned.pop().unwrap();
    all_have_it(&mut sockets, 1, &cancel(stage, &last).await).await;
    let before = calls(stage).await;
    for id in planned {
        let told = all_have_it(&mut sockets, 1, &cancel(stage, &id).await).await;
        assert_eq!(told.len(), subscriptions);
        let post = &told[0]["postStatus"]["post"];
        assert_eq!((&post["id"], &post["content"]), (&json!(id), &json!("planned")));
        assert_eq!(post["targets"][0]["status"], "CANCELLED");
        assert!(told.iter().all(|other| *other == told[0]), "{told:#?}");
    }
    calls_since(stage, before).await
}

on_both_databases! {
    async fn an_event_costs_one_read_of_the_log_however_many_follow_it(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let account = stage.connect("TWITTER", "ann").await;
        let nobody = cost(&stage, &account, 0).await;
        assert_eq!(nobody.get("posts::create"), Some(&WRITES), "{nobody:#?}");
        for subscriptions in [2, 100] {
            let mut costs = cost(&stage, &account, subscriptions).await;
            let reads = costs.remove("events::after").unwrap_or_default();
            assert!((1..=4 * WRITES).contains(&reads), "{subscriptions}: the log was read {reads} times");
            assert_eq!(costs, nobody, "{subscriptions} subscriptions");
        }
    }

    async fn rows_behind_an_event_are_read_once_however_many_show_them(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.roles("api")).await;
        let account = stage.connect("TWITTER", "ann").await;
        let mut few = cost_of_rows(&stage, &account, 2).await;
        let mut many = cost_of_rows(&stage, &account, 60).await;
        for costs in [&mut few, &mut many] {
            let reads = costs.remove("events::after").unwrap_or_default();
            assert!((1..=4 * WRITES).contains(&reads), "the log was read {reads} times");
            assert!(costs.contains_key("posts::by_ids"), "rows were read: {costs:#?}");
        }
        assert_eq!(many, few);
    }
}
