//! What the networks do wrong, and what becomes of the post.

use super::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

/// Publishes a text to X under a fault; answers the post once it has this status.
async fn under(stage: &Stage, account: &str, fault: Value, text: &str, status: &str) -> Value {
    stage.fault(fault).await;
    let input = json!({ "content": text, "accountIds": [account], "publishNow": true });
    let id = stage.create(input).await;
    stage.post_with_status(&id, status).await
}

fn publish_fault(kind: &str) -> Value {
    json!({ "platform": "twitter", "step": "publish", "kind": kind, "latency_ms": 500, "retry_after_seconds": 2 })
}

on_both_databases! {
    async fn a_fault_of_the_network_costs_attempts_and_never_a_second_post(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        for kind in [
            "latency", "rate_limited", "server_error_before", "server_error_after", "reset_before", "reset_after",
            "malformed_json", "html_200", "drip", "expired_token",
        ] {
            let text = format!("under {kind}");
            let post = under(&stage, &account, publish_fault(kind), &text, "PUBLISHED").await;
            let found = stage.on_networks(&text).await;
            assert_eq!(found.len(), 1, "{kind}: {found:#?}");
            assert_eq!(found[0]["id"], post["targets"][0]["externalId"], "{kind}");
        }
    }

    async fn what_took_effect_before_the_answer_was_lost_is_confirmed_by_what_the_network_shows(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let post = under(&stage, &account, publish_fault("reset_after"), "read back", "PUBLISHED").await;
        let steps = post["targets"][0]["steps"].as_array().unwrap().clone();
        assert_eq!(steps.len(), 1, "nothing was sent twice: {steps:#?}");
        assert_eq!(steps[0]["state"], "CONFIRMED");
        assert!(steps[0]["evidence"]["read_back"].is_object(), "{steps:#?}");
        let known = json!({ "kind": "READ_BACK", "isAbsent": false, "searched": "timeline", "platformStatus": null });
        assert_eq!(steps[0]["known"], known);
    }

    async fn what_is_surely_absent_is_sent_again_under_a_row_of_its_own(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let post = under(&stage, &account, publish_fault("reset_before"), "sent again", "PUBLISHED").await;
        let steps = post["targets"][0]["steps"].as_array().unwrap().clone();
        let states: Vec<&str> = steps.iter().map(|step| step["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["REFUSED", "CONFIRMED"], "{steps:#?}");
        assert_eq!(steps[0]["evidence"]["absent"], json!(true));
        assert_eq!((&steps[0]["known"]["kind"], &steps[0]["known"]["isAbsent"]), (&json!("READ_BACK"), &json!(true)));
        assert_eq!((&steps[1]["known"]["kind"], &steps[1]["known"]["platformStatus"]), (&json!("ANSWER"), &json!("created")));
    }

    async fn a_refusal_fails_the_target_in_the_networks_words_and_is_never_retried(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let post = under(&stage, &account, publish_fault("rejected"), "refused", "FAILED").await;
        let target = &post["targets"][0];
        assert_eq!(target["error"]["code"], "REJECTED");
        assert!(!target["error"]["message"].as_str().unwrap().is_empty());
        assert_eq!(target["attempts"], 1);
        assert_eq!(stage.received("twitter", "publish").await, 1);
        // The person sends it again.
        stage.command("retryPost", post["id"].as_str().unwrap()).await;
        stage.post_with_status(post["id"].as_str().unwrap(), "PUBLISHED").await;
        assert_eq!(stage.on_networks("refused").await.len(), 1);
    }

    async fn four_failures_are_the_end(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let mut fault = publish_fault("server_error_before");
        fault["times"] = json!(5);
        let post = under(&stage, &account, fault, "in vain", "FAILED").await;
        assert_eq!(post["targets"][0]["attempts"], 4);
        assert_eq!(stage.received("twitter", "publish").await, 4);
        assert!(stage.on_networks("in vain").await.is_empty());
    }

    async fn a_network_that_asks_to_wait_is_not_asked_again_before_and_it_costs_no_attempt(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let mut fault = publish_fault("rate_limited");
        // Longer than a busy machine takes to look at the post.
        fault["retry_after_seconds"] = json!(5);
        stage.fault(fault).await;
        let input = json!({ "content": "patience", "accountIds": [account], "publishNow": true });
        let id = stage.create(input).await;
        // A post and its targets are read one after the other, so one look may see the post as it was before.
        let told = |post: &Value| post["targets"][0]["nextAttemptAt"].is_string() && post["status"] == "PENDING";
        let waiting = stage.post_when(&id, "waiting", told).await;
        assert_eq!(waiting["targets"][0]["error"]["code"], "RATE_LIMITED");
        let not_before = waiting["targets"][0]["nextAttemptAt"].as_str().unwrap().to_owned();
        let post = stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(post["targets"][0]["attempts"], 1);
        let created = stage.on_networks("patience").await[0]["created_at"].as_str().unwrap().to_owned();
        let time = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
        assert!(time(&created) >= time(&not_before), "{created} before {not_before}");
    }

    async fn a_token_that_is_refused_is_refreshed_once_and_a_dead_one_asks_for_a_new_consent(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        under(&stage, &account, publish_fault("expired_token"), "refreshed", "PUBLISHED").await;
        assert_eq!(stage.received("twitter", "refresh").await, 1);
        stage.fault(json!({ "platform": "twitter", "step": "refresh", "kind": "expired_token", "times": 9 })).await;
        stage.fault(publish_fault("expired_token")).await;
        let id = stage.create(json!({ "content": "dead", "accountIds": [account], "publishNow": true })).await;
        let waits = |post: &Value| post["targets"][0]["error"]["code"] == "AUTH" && post["status"] == "PENDING";
        let post = stage.post_when(&id, "it waits for the account", waits).await;
        assert_eq!(post["targets"][0]["account"]["status"], "RECONNECT_REQUIRED");
        assert_eq!(stage.received("twitter", "refresh").await, 2, "no storm of refreshes");
        assert!(stage.on_networks("dead").await.is_empty());
        // The person consents again.
        stage.connect("TWITTER", "ann").await;
        stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(stage.on_networks("dead").await.len(), 1);
    }

    async fn a_slow_container_waits_as_pending_and_costs_no_attempt(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("INSTAGRAM", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        stage.fault(json!({ "platform": "instagram", "step": "create_container", "kind": "slow_container", "latency_ms": 6000 })).await;
        let id = stage.create(json!({ "content": "slow", "accountIds": [account], "mediaIds": [picture], "publishNow": true })).await;
        stage.post_when(&id, "waiting", |post| post["targets"][0]["nextAttemptAt"].is_string() && post["status"] == "PENDING").await;
        let post = stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(post["targets"][0]["attempts"], 1);
        assert_eq!(stage.on_networks("slow").await.len(), 1);
    }

    async fn one_broken_network_delays_nobody_else(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.set("FANFARE_BREAKER_THRESHOLD", "2")).await;
        let x = stage.connect("TWITTER", "ann").await;
        let youtube = stage.connect("YOUTUBE", "ann").await;
        let video = stage.upload("sample.mp4", "video/mp4").await;
        stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": "hang_before", "times": 50 })).await;
        let input = json!({ "content": "to both", "accountIds": [x, youtube], "mediaIds": [video], "publishNow": true,
            "variants": [{ "accountId": youtube, "title": "A title" }, { "accountId": x, "mediaIds": [] }] });
        let id = stage.create(input).await;
        let status = |post: &Value, platform: &str| {
            let targets = post["targets"].as_array().unwrap().clone();
            targets.into_iter().find(|t| t["account"]["platform"] == platform).unwrap()["status"].clone()
        };
        let post = stage.post_when(&id, "YouTube published", |post| status(post, "YOUTUBE") == "PUBLISHED").await;
        assert_ne!(status(&post, "TWITTER"), "PUBLISHED");
        eventually(LIMIT, "X was asked", async || (stage.received("twitter", "publish").await > 0).then_some(())).await;
    }
}
