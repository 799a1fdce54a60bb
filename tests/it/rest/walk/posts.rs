//! A post's life, and what came of it.

use super::{Walk, number};
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::rest::Rest;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

/// Answers the published post.
pub async fn publish(walk: &mut Walk, rest: &Rest, account: i64, media: i64, campaign: i64) -> Value {
    let draft = json!({ "content": "Hello", "account_id": account, "media_ids": [media], "hashtags": ["fanfare"],
        "campaign_id": campaign });
    let created = walk.step(rest.call("createPost").json(draft)).await;
    assert_eq!((&created["status"], &created["post"]["campaign_id"]), (&json!("draft"), &json!(campaign)));
    let id = number(&created["id"]);
    let change = json!({ "content": "Hello, world", "publish_mode": "best_effort" });
    walk.step(rest.call_on("updatePost", id).json(change)).await;
    let sent = walk.step(rest.call_on("publishPost", id)).await;
    assert_eq!(sent["status"], json!("pending"));
    let post = eventually(LIMIT, "the post is published and counted", async || {
        let post = rest.call_on("getPost", id).body_of(200).await["post"].clone();
        (post["status"] == "published" && post["likes"].is_i64()).then_some(post)
    });
    let post = post.await;
    assert!(post["targets"][0]["url"].is_string(), "{post:#}");
    walk.step(rest.call_on("getPost", id)).await;
    let bulk = json!({ "posts": [{ "content": "one" }, { "content": "" }, { "contents": "three" }] });
    let bulk = walk.step(rest.call("createPosts").json(bulk)).await;
    assert_eq!((&bulk["created"], &bulk["failed"]), (&json!(1), &json!(2)), "{bulk:#}");
    let one = number(&bulk["posts"][0]["id"]);
    let listed = rest.call("listPosts").query(&[
        ("limit", "1"),
        ("q", "hello"),
        ("campaign_id", &campaign.to_string()),
    ]);
    assert_eq!(walk.step(listed).await["total"], json!(1));
    walk.step(rest.call_on("deletePost", one)).await;
    post
}

/// Once every network has told what it can of posts and accounts.
pub async fn numbers(walk: &mut Walk, rest: &Rest, account: i64, post: i64) {
    eventually(LIMIT, "the networks' numbers", async || {
        let metrics = rest.call_on("getPostMetrics", post).body_of(200).await;
        let found = rest.call("getAnalytics").body_of(200).await;
        let followed = |platform: &str| found["by_platform"][platform]["followers"].is_i64();
        let all = metrics["engagement_rate"].is_number() && followed("twitter") && followed("instagram");
        (all && found["average_engagement_rate"].is_number()).then_some(())
    })
    .await;
    let metrics = walk.step(rest.call_on("getPostMetrics", post)).await;
    assert_eq!((&metrics["post_id"], &metrics["reach"]), (&json!(post), &Value::Null), "X tells no reach");
    assert_eq!(metrics["platforms"]["twitter"]["impressions"], metrics["impressions"]);
    let analytics = walk.step(rest.call_on("getPostAnalytics", post)).await;
    assert!(analytics["total_impressions"].is_i64(), "{analytics:#}");
    let analytics = walk.step(rest.call("getAnalytics")).await;
    assert_eq!(
        (&analytics["totals"]["posts"], analytics["daily"].as_array().unwrap().len()),
        (&json!(1), 30)
    );
    let day = analytics["period"]["end"].as_str().unwrap();
    let days = [("start_date", day), ("end_date", day)];
    let calendar = walk.step(rest.call("getCalendar").query(&days)).await;
    assert_eq!(calendar["period"], json!({ "start": day, "end": day }));
    assert_eq!(calendar["days"][0]["posts"][0]["id"], json!(post));
    let call = rest.call_on("getAccountAnalytics", account).query(&days);
    let own = walk.step(call).await;
    assert_eq!((&own["account"]["id"], &own["totals"]["posts"]), (&json!(account), &json!(1)));
    assert_eq!(own["daily"].as_array().unwrap().len(), 1);
    let times = walk.step(rest.call_on("getOptimalTimes", account)).await;
    assert_eq!((&times["account_id"], &times["method"]), (&json!(account), &json!("platform_default")));
}

pub async fn retry(walk: &mut Walk, stage: &Stage, rest: &Rest, account: i64) {
    stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": "rejected" })).await;
    let post = json!({ "content": "Refused", "account_ids": [account], "status": "pending" });
    let id = number(&rest.call("createPost").json(post).body_of(201).await["id"]);
    eventually(LIMIT, "the network has refused it", async || {
        let post = rest.call_on("getPost", id).body_of(200).await["post"].clone();
        (post["status"] == "failed" && post["error_message"].is_string()).then_some(())
    })
    .await;
    walk.step(rest.call_on("retryPost", id)).await;
    // What is still under way would be cancelled with the account, or not, as it happens.
    eventually(LIMIT, "the second attempt is published", async || {
        let post = rest.call_on("getPost", id).body_of(200).await["post"].clone();
        (post["status"] == "published").then_some(())
    })
    .await;
}
