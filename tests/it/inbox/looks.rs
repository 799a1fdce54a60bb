//! What people say comes in, once.

use super::scene::{message, messages, publish, say, set};
use crate::publishing::stage::LIMIT;
use crate::support::database::on_both_databases;
use crate::support::waiting::eventually;
use serde_json::json;

on_both_databases! {
    async fn what_is_said_on_each_network_comes_in_once_under_its_post(db: Database) {
        let mut stage = set(&db).await;
        for platform in ["TWITTER", "INSTAGRAM", "YOUTUBE"] {
            let (account, post, external) = publish(&stage, platform).await;
            let text = format!("How much is it on {platform}?");
            let said = say(&stage, platform, Some(&external), &text).await;
            let found = message(&stage, &text).await;
            assert_eq!(found["platform"], platform);
            assert_eq!(found["account"]["id"], account.as_str(), "{platform}");
            assert_eq!(found["post"]["id"], post.as_str(), "{platform}");
            assert_eq!(found["target"]["externalId"], external.as_str(), "{platform}");
            assert_eq!((&found["type"], &found["status"]), (&json!("COMMENT"), &json!("UNREAD")), "{platform}");
            assert!(found["sender"]["name"].as_str().unwrap().to_lowercase().contains("mia"), "{platform}");
            let order = json!({
                "platform": platform.to_lowercase(), "account": "ann", "type": "comment",
                "text": format!("And on {platform} tomorrow?"), "parent": said["id"], "sender": "Tom Becker",
            });
            stage.simulator.say(&order).await;
            let answer = message(&stage, &format!("And on {platform} tomorrow?")).await;
            assert_eq!(answer["parent"]["text"], text.as_str(), "{platform}");
            assert_eq!(answer["threadKey"], found["threadKey"], "{platform}");
        }
        // Looks before and after a restart see the same again: nothing comes twice.
        let before = stage.received("twitter", "inbox").await;
        stage.server.restart().await;
        eventually(LIMIT, "two more looks", async || {
            (stage.received("twitter", "inbox").await >= before + 4).then_some(())
        })
        .await;
        let found = messages(&stage, json!({ "query": "How much is it on" })).await;
        assert_eq!(found.len(), 3, "{found:#?}");
    }

    async fn a_network_that_asks_for_time_is_left_alone_and_one_that_refuses_the_token_is_asked_with_a_new_one(db: Database) {
        let stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        stage.fault(json!({ "platform": "twitter", "step": "inbox", "kind": "expired_token" })).await;
        say(&stage, "TWITTER", Some(&external), "after a new token").await;
        message(&stage, "after a new token").await;

        stage.fault(json!({ "platform": "twitter", "step": "inbox", "kind": "rate_limited", "retry_after_seconds": 3 })).await;
        eventually(LIMIT, "the fault is met", async || {
            let left = stage.simulator.waiting_faults().await;
            left.as_array().unwrap().is_empty().then_some(())
        })
        .await;
        let met = std::time::Instant::now();
        say(&stage, "TWITTER", Some(&external), "after a pause").await;
        message(&stage, "after a pause").await;
        assert!(met.elapsed() >= std::time::Duration::from_millis(1_500), "{:?}", met.elapsed());
    }
}
