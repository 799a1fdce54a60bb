//! Networks that are out of order, for some accounts or for all.

use super::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::waiting::eventually;
use serde_json::json;

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
}
