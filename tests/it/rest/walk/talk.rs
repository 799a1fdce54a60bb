//! What people say, what is answered, and what helps to write it.

use super::Walk;
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::person::Person;
use crate::support::rest::Rest;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

pub async fn inbox(walk: &mut Walk, stage: &Stage, rest: &Rest, post: &Value) {
    let under = &post["targets"][0]["external_post_id"];
    let said = json!({ "platform": "twitter", "account": post["account_name"], "type": "comment",
        "text": "When do you open?", "post": under });
    stage.simulator.say(&said).await;
    let asked =
        [("q", "when do you open"), ("status", "unread"), ("type", "comment,dm"), ("platform", "twitter")];
    let message = eventually(LIMIT, "the comment is found", async || {
        rest.call("listMessages").query(&asked).body_of(200).await["messages"].get(0).cloned()
    });
    let message = message.await;
    let (id, account) = (&message["id"], post["account_id"].to_string());
    let listed = walk.step(rest.call("listMessages").query(&asked).query(&[("account_id", &account)])).await;
    assert_eq!((&listed["total"], &listed["messages"][0]), (&json!(1), &message));
    let read = walk.step(rest.call_on("markMessageRead", id)).await;
    assert_eq!(read["message"]["status"], json!("read"));
    let unread = walk.step(rest.call_on("markMessageReadByPost", id).json(json!({ "read": false }))).await;
    assert_eq!(unread["message"]["status"], json!("unread"));
    let stranger = Rest::of(&Person::register(&stage.server).await.graphql);
    for route in ["markMessageRead", "markMessageReadByPost", "replyToMessage"] {
        let body = if route == "replyToMessage" { json!({ "content": "Never." }) } else { json!({}) };
        stranger.call_on(route, id).json(body).refused(404).await;
    }
    let answer = || {
        rest.call_on("replyToMessage", id)
            .header("Idempotency-Key", "r")
            .json(json!({ "content": "At nine." }))
    };
    let replied = walk.step(answer()).await;
    let again = answer().send().await;
    assert_eq!(again.body["reply"]["id"], replied["reply"]["id"]);
    eventually(LIMIT, "the network has the reply", async || {
        let found = rest.call("listMessages").query(&[("status", "replied")]).body_of(200).await;
        (found["messages"][0]["reply"]["status"] == "confirmed").then_some(())
    })
    .await;
}

pub async fn writing_aids(walk: &mut Walk, rest: &Rest) {
    let wanted = json!({ "topic": "A new bakery in Lisbon", "platform": "twitter", "tone": "friendly", "language": "en",
        "content_type": "announcement", "hashtag_count": 2 });
    let written = walk.step(rest.call("generateContent").json(wanted)).await;
    assert_eq!((&written["ai_generated"], &written["language"]), (&json!(false), &json!("en")));
    let text =
        json!({ "content": "Our bakery opens on Monday with fresh bread and coffee", "platform": "twitter" });
    let mut counted = text.clone();
    counted["count"] = json!(2);
    let found = walk.step(rest.call("suggestHashtags").json(counted)).await;
    assert_eq!(found["hashtags"].as_array().unwrap().len(), 2, "{found:#}");
    let better = walk.step(rest.call("optimizeContent").json(text)).await;
    assert!(better["score"]["after"].as_i64() >= better["score"]["before"].as_i64(), "{better:#}");
}
