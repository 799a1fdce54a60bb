//! Networks that are out of order, for some accounts or for all.

use super::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::server::Settings;
use crate::support::sql;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

on_both_databases! {
    async fn accounts_that_the_network_fails_hold_up_none_that_it_answers(db: Database) {
        // A post that waits for a breaker would not be out before the test ends.
        let mut stage = Stage::set_with(&db, |settings| settings.set("FANFARE_BREAKER_OPEN_SECONDS", "600")).await;
        let mut failing = Vec::new();
        for number in 0..6 {
            let name = format!("failing{number}");
            failing.push(stage.connect("TWITTER", &name).await);
            stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": "server_error_before", "times": 50, "account": name })).await;
        }
        let sound = stage.connect("TWITTER", "sound").await;
        let held = stage.create(json!({ "content": "in vain", "accountIds": failing, "publishNow": true })).await;
        eventually(LIMIT, "the breaker of the network opens", async || {
            stage.server.process().logged("circuit breaker of a network opens").then_some(())
        })
        .await;
        for number in 0..3 {
            let text = format!("not held up {number}");
            let id = stage.create(json!({ "content": text, "accountIds": [sound], "publishNow": true })).await;
            stage.post_with_status(&id, "PUBLISHED").await;
        }
        assert!(stage.on_networks("in vain").await.is_empty());
        let targets = stage.post(&held).await["targets"].clone();
        assert!(targets.as_array().unwrap().iter().all(|target| target["status"] == "PENDING"), "{targets:#}");
    }

    async fn a_medium_that_the_network_could_not_fetch_is_prepared_again_later(db: Database) {
        let away = |settings: Settings| {
            let settings = settings.set("FANFARE_PUBLIC_URL", "http://127.0.0.1:9/");
            settings.set("FANFARE_BACKOFF_BASE_MS", "5000").set("FANFARE_BACKOFF_CAP_MS", "5000")
        };
        let mut stage = Stage::set_with(&db, away).await;
        let account = stage.connect("INSTAGRAM", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        let input = json!({ "content": "later", "accountIds": [account], "mediaIds": [picture], "publishNow": true });
        let id = stage.create(input).await;
        let waits = |post: &Value| post["targets"][0]["error"]["code"] == "TRANSIENT" && post["status"] == "PENDING";
        stage.post_when(&id, "it waits", waits).await;
        let here = stage.server.url().to_string();
        stage.server.restart_with("FANFARE_PUBLIC_URL", &here).await;
        stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(stage.on_networks("later").await.len(), 1);
    }

    async fn a_server_that_stops_serves_media_until_its_last_publication_has_ended(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("INSTAGRAM", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        // The network fetches the picture after this time; the server is told to stop before.
        stage.fault(json!({ "platform": "instagram", "step": "create_container", "kind": "latency", "latency_ms": 3000 })).await;
        let input = json!({ "content": "to the end", "accountIds": [account], "mediaIds": [picture], "publishNow": true });
        let id = stage.create(input).await;
        eventually(LIMIT, "the container is asked for", async || {
            (stage.received("instagram", "create_container").await > 0).then_some(())
        })
        .await;
        assert!(stage.server.process().terminate().await.success());
        stage.server.restart().await;
        stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(stage.received("instagram", "create_container").await, 1, "the picture was fetched at once");
    }

    async fn a_network_that_cannot_be_reached_holds_posts_and_costs_no_attempt(db: Database) {
        let mut stage = Stage::set_with(&db, |settings| settings.set("FANFARE_MAX_ATTEMPTS", "1").set("FANFARE_BREAKER_OPEN_SECONDS", "1")).await;
        let account = stage.connect("TWITTER", "ann").await;
        stage.simulator.process().kill9().await;
        let id = stage.create(json!({ "content": "held", "accountIds": [account], "publishNow": true })).await;
        let waits = |post: &Value| post["targets"][0]["error"]["code"] == "TRANSIENT" && post["status"] == "PENDING";
        let post = stage.post_when(&id, "it is held", waits).await;
        assert_eq!(post["targets"][0]["attempts"], 0);
        stage.simulator.restart().await;
        let post = stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(post["targets"][0]["attempts"], 1);
        assert_eq!(stage.on_networks("held").await.len(), 1);
    }

    async fn a_token_that_cannot_be_renewed_for_now_holds_the_post_and_costs_no_attempt(db: Database) {
        let stage = Stage::set_with(&db, |settings| settings.set("FANFARE_MAX_ATTEMPTS", "1")).await;
        let account = stage.connect("YOUTUBE", "ann").await;
        let video = stage.upload("sample.mp4", "video/mp4").await;
        stage.fault(json!({ "platform": "youtube", "step": "session", "kind": "expired_token" })).await;
        stage.fault(json!({ "platform": "youtube", "step": "refresh", "kind": "server_error_before" })).await;
        let input = json!({ "content": "held", "title": "A title", "accountIds": [account], "mediaIds": [video], "publishNow": true });
        let id = stage.create(input).await;
        let post = stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(post["targets"][0]["attempts"], 1);
        assert_eq!(stage.simulator.waiting_faults().await, json!([]), "both were met");
    }

    async fn failures_without_an_effect_are_not_charged_to_the_budget(db: Database) {
        let stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        stage.fault(json!({ "platform": "twitter", "step": "upload", "kind": "server_error_before", "times": 2 })).await;
        let input = json!({ "content": "charged once", "accountIds": [account], "mediaIds": [picture], "publishNow": true });
        let id = stage.create(input).await;
        let post = stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(post["targets"][0]["attempts"], 3);
        let nearly_full = "select bucket as line from rate_buckets where bucket = 'app:twitter' and tokens > 9998.5";
        assert_eq!(sql::lines(&db, nearly_full).await, ["app:twitter"], "one publication is one token of 10,000");
    }
}
