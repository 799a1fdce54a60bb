//! All or nothing.

use super::stage::Stage;
use super::whole_job::three_networks;
use crate::support::database::on_both_databases;
use serde_json::{Value, json};

fn statuses(post: &Value) -> Vec<&str> {
    post["targets"].as_array().unwrap().iter().map(|target| target["status"].as_str().unwrap()).collect()
}

/// A post and its saga are read one after the other, so both have to say so.
fn over(post: &Value) -> bool {
    post["saga"]["state"] == "COMPENSATED" && post["status"] == "FAILED"
}

on_both_databases! {
    async fn when_the_last_target_is_refused_the_others_are_deleted_again(db: Database) {
        let stage = Stage::set(&db).await;
        let mut input = three_networks(&stage, "together or not").await;
        // YouTube answers only when the others are out.
        stage.fault(json!({ "platform": "youtube", "step": "session", "kind": "latency", "latency_ms": 2500 })).await;
        stage.fault(json!({ "platform": "youtube", "step": "publish", "kind": "rejected" })).await;
        input["publishMode"] = json!("ALL_OR_NOTHING");
        input["publishNow"] = json!(true);
        let id = stage.create(input).await;
        let post = stage.post_when(&id, "everything undone", over).await;
        assert_eq!(statuses(&post), ["COMPENSATED", "COMPENSATED", "FAILED"]);
        assert_eq!(post["saga"]["failedStep"], "upload");
        let found = stage.on_networks("together or not").await;
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found.iter().all(|item| item["deleted_at"].is_string()), "{found:#?}");
    }

    async fn when_all_go_out_the_saga_is_completed(db: Database) {
        let stage = Stage::set(&db).await;
        let mut input = three_networks(&stage, "all of them").await;
        input["publishMode"] = json!("ALL_OR_NOTHING");
        input["publishNow"] = json!(true);
        let id = stage.create(input).await;
        let post = stage.post_with_status(&id, "PUBLISHED").await;
        assert_eq!(post["saga"]["state"], "COMPLETED");
        assert_eq!(stage.on_networks("all of them").await.len(), 3);
    }

    async fn a_kill_in_the_middle_of_undoing_leaves_nothing_behind(db: Database) {
        let mut stage = Stage::set(&db).await;
        let mut input = three_networks(&stage, "undone after all").await;
        stage.fault(json!({ "platform": "youtube", "step": "session", "kind": "latency", "latency_ms": 2500 })).await;
        stage.fault(json!({ "platform": "youtube", "step": "publish", "kind": "rejected" })).await;
        stage.fault(json!({ "platform": "twitter", "step": "delete", "kind": "hang" })).await;
        input["publishMode"] = json!("ALL_OR_NOTHING");
        input["publishNow"] = json!(true);
        let id = stage.create(input).await;
        crate::support::waiting::eventually(super::stage::LIMIT, "the deletion arrives", async || {
            (stage.received("twitter", "delete").await > 0).then_some(())
        })
        .await;
        stage.server.restart().await;
        let post = stage.post_when(&id, "everything undone", over).await;
        assert_eq!(statuses(&post), ["COMPENSATED", "COMPENSATED", "FAILED"]);
        let found = stage.on_networks("undone after all").await;
        assert!(found.iter().all(|item| item["deleted_at"].is_string()), "{found:#?}");
    }
}
