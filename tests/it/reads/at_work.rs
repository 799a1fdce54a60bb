//! What workers move on while others read: answers that show it follow it, and are kept once it is at rest.

use super::kept_and_read::read;
use super::whole;
use crate::inbox::scene::{message, publish, reply, say, set};
use crate::publishing::stage::{LIMIT, Stage};
use crate::publishing::whole_job::three_networks;
use crate::support::database::on_both_databases;
use crate::support::rest::Rest;
use crate::support::sql::lines;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

const POSTS: &str = "{ posts(first: 5) { nodes { id status media { id url }
    saga { id state failedStep failedTarget { id } completedSteps { name key state url } }
    metrics { likes comments views reach impressions engagement engagementRate }
    metricsByPlatform { platform metrics { impressions } } targets { id status metrics { likes } } } } }";
const MESSAGES: &str =
    "{ inboxMessages(first: 5) { nodes { id text status reply { id text state error url settledAt }
    replies { id text state attempts nextAttemptAt automatic } } } inboxUnreadCount }";
const REFRESH: &str = "mutation($input: RefreshMetricsInput!) { refreshMetrics(input: $input) {
    post { id } userErrors { message code path } } }";

/// The answer to a question once it is a kept one, says what the database says, and `wanted` holds for it.
async fn kept_when(stage: &Stage, query: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let graphql = &stage.person.graphql;
    eventually(LIMIT, what, async || {
        graphql.data(query, json!({})).await;
        let before = whole(&stage.server, "hit").await;
        let kept = graphql.data(query, json!({})).await;
        let is_hit = whole(&stage.server, "hit").await - before == 1;
        let read = read(graphql, query).await;
        (is_hit && kept == read && wanted(&kept)).then_some(kept)
    })
    .await
}

/// Asks a route until its answer is a kept one.
async fn rest_is_kept(stage: &Stage, route: &str) -> Value {
    let rest = Rest::of(&stage.person.graphql);
    eventually(LIMIT, route, async || {
        let first = rest.call(route).body_of(200).await;
        let before = whole(&stage.server, "hit").await;
        let second = rest.call(route).body_of(200).await;
        let is_hit = whole(&stage.server, "hit").await - before == 1;
        let without_time = |mut body: Value| {
            body.as_object_mut().unwrap().remove("retrieved_at");
            body
        };
        let (first, second) = (without_time(first), without_time(second));
        (is_hit && first == second).then_some(second)
    })
    .await
}

on_both_databases! {
    async fn numbers_addresses_and_sagas_are_kept_until_they_change(db: Database) {
        let stage = Stage::set(&db).await;
        let mut input = three_networks(&stage, "Count me").await;
        input["publishNow"] = json!(true);
        let id = stage.create(input.clone()).await;
        stage.post_with_status(&id, "PUBLISHED").await;
        kept_when(&stage, POSTS, "the published post is kept", |it| it["posts"]["nodes"][0]["status"] == "PUBLISHED").await;
        // Before, nothing is there that could be looked at sooner.
        let unmeasured = "select cast(count(*) as text) as line from post_targets where not measured";
        eventually(LIMIT, "the publications are measured", async || {
            (lines(&db, unmeasured).await == ["0"]).then_some(())
        })
        .await;
        stage.person.graphql.payload(REFRESH, json!({ "input": { "id": id } })).await;
        let counted = kept_when(&stage, POSTS, "the numbers of all networks are kept", |it| {
            let targets = it["posts"]["nodes"][0]["targets"].as_array().unwrap();
            targets.iter().all(|target| target["metrics"].is_object())
        });
        let counted = counted.await;
        assert!(counted["posts"]["nodes"][0]["metrics"]["engagement"].is_string(), "{counted:#}");
        assert_eq!(counted["posts"]["nodes"][0]["saga"], Value::Null);
        // YouTube answers only when the others are out.
        stage.fault(json!({ "platform": "youtube", "step": "session", "kind": "latency", "latency_ms": 2500 })).await;
        stage.fault(json!({ "platform": "youtube", "step": "publish", "kind": "rejected" })).await;
        input["content"] = json!("together or not");
        input["publishMode"] = json!("ALL_OR_NOTHING");
        stage.create(input).await;
        let undone = kept_when(&stage, POSTS, "what was undone is kept", |it| {
            let post = &it["posts"]["nodes"][0];
            post["saga"]["state"] == "COMPENSATED" && post["status"] == "FAILED"
        });
        let undone = undone.await["posts"]["nodes"][0]["saga"].clone();
        assert!(undone["failedStep"].is_string() && undone["failedTarget"]["id"].is_string(), "{undone:#}");
        let listed = rest_is_kept(&stage, "listPosts").await;
        assert_eq!((&listed["posts"][0]["saga"]["status"], &listed["total"]), (&json!("compensated"), &json!(2)));
        let media = rest_is_kept(&stage, "listMedia").await;
        assert!(media["media"][0]["url"].as_str().unwrap().contains("exp="), "{media:#}");
    }

    async fn replies_are_kept_once_they_are_settled_and_a_new_one_is_seen(db: Database) {
        let stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        say(&stage, "TWITTER", Some(&external), "Anyone there?").await;
        let found = message(&stage, "Anyone there?").await;
        let states = |it: &Value| {
            let replies = it["inboxMessages"]["nodes"][0]["replies"].as_array().cloned().unwrap_or_default();
            replies.iter().map(|reply| reply["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let none = kept_when(&stage, MESSAGES, "the message is kept", |it| states(it).is_empty()).await;
        assert_eq!(none["inboxMessages"]["nodes"][0]["reply"], Value::Null);
        reply(&stage, &found, "We are.").await;
        kept_when(&stage, MESSAGES, "the reply is kept", |it| states(it) == ["CONFIRMED"]).await;
        // Nothing but the reply itself is another now: the message was answered before.
        reply(&stage, &found, "All of us.").await;
        let both = |it: &Value| states(it) == ["CONFIRMED", "CONFIRMED"];
        let both = kept_when(&stage, MESSAGES, "both replies are kept", both).await;
        assert_eq!(both["inboxMessages"]["nodes"][0]["reply"]["text"], "All of us.");
        let listed = rest_is_kept(&stage, "listMessages").await;
        assert_eq!(listed["messages"][0]["reply"]["text"], "All of us.");
    }
}
