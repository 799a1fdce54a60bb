//! kill -9 at each step of each client. A network that hangs holds the server in the middle of a step: without the
//! effect (the call was about to be made), or with it (the confirmation is not stored). The ledger looks the same to
//! the server that starts next.

use super::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::sql::execute;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

struct Kill {
    step: &'static str,
    /// `hang_before`: no effect; `hang`: with it.
    kind: &'static str,
}

const fn kill(step: &'static str, kind: &'static str) -> Kill {
    Kill { step, kind }
}

/// Publishes one post for each kill; the server dies in it and starts again.
async fn survives(stage: &mut Stage, platform: &str, input: &Value, kills: &[Kill]) {
    for (number, Kill { step, kind }) in kills.iter().enumerate() {
        let text = format!("killed at {step} {kind} {number}.");
        let before = stage.received(platform, step).await;
        stage.fault(json!({ "platform": platform, "step": step, "kind": kind })).await;
        let mut input = input.clone();
        input["content"] = json!(text);
        input["publishNow"] = json!(true);
        let id = stage.create(input).await;
        eventually(LIMIT, "the call arrives", async || {
            (stage.received(platform, step).await > before).then_some(())
        })
        .await;
        stage.server.restart().await;
        let post = stage.post_with_status(&id, "PUBLISHED").await;
        let found = stage.on_networks(&text).await;
        assert_eq!(found.len(), 1, "{platform}, {step} {kind}: {found:#?}");
        assert_eq!(found[0]["id"], post["targets"][0]["externalId"], "{platform}, {step} {kind}");
    }
}

on_both_databases! {
    async fn x_is_published_exactly_once_through_a_kill_at_each_step(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        let input = json!({ "accountIds": [account], "mediaIds": [picture] });
        let kills = [kill("upload", "hang_before"), kill("upload", "hang"), kill("publish", "hang_before"), kill("publish", "hang")];
        survives(&mut stage, "twitter", &input, &kills).await;
    }

    async fn a_kill_while_a_token_is_refreshed_holds_its_target_up_no_longer_than_a_lease(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let ended = if db.is_postgres() { "to_timestamp(1)" } else { "1000000" };
        execute(&db, &format!("update accounts set token_expires_at = {ended}")).await;
        survives(&mut stage, "twitter", &json!({ "accountIds": [account] }), &[kill("refresh", "hang_before")]).await;
    }

    async fn instagram_is_published_exactly_once_through_a_kill_at_each_step(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("INSTAGRAM", "ann").await;
        let picture = stage.upload("sample.jpg", "image/jpeg").await;
        let input = json!({ "accountIds": [account], "mediaIds": [picture] });
        let kills = [
            kill("create_container", "hang_before"),
            kill("create_container", "hang"),
            kill("container_status", "hang_before"),
            kill("publish", "hang_before"),
            kill("publish", "hang"),
        ];
        survives(&mut stage, "instagram", &input, &kills).await;
    }

    async fn youtube_is_published_exactly_once_through_a_kill_at_each_step(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("YOUTUBE", "ann").await;
        let video = stage.upload("sample.mp4", "video/mp4").await;
        let variant = json!({ "accountId": account, "title": "Killed and published" });
        let input = json!({ "accountIds": [account], "mediaIds": [video], "variants": [variant] });
        let kills = [kill("session", "hang_before"), kill("session", "hang"), kill("publish", "hang_before"), kill("publish", "hang")];
        survives(&mut stage, "youtube", &input, &kills).await;
    }

    async fn many_posts_that_go_out_together_are_published_exactly_once_through_kills(db: Database) {
        let mut stage = Stage::set(&db).await;
        let mut accounts = Vec::new();
        for number in 0..8 {
            accounts.push(stage.connect("TWITTER", &format!("ann{number}")).await);
        }
        let mut ids = Vec::new();
        for number in 0..6 {
            let input = json!({ "content": format!("one of many {number}."), "accountIds": accounts, "publishNow": true });
            ids.push(stage.create(input).await);
        }
        // Each time in the middle of others' calls and writes.
        for received in [4, 16, 28] {
            eventually(LIMIT, "some of them are sent", async || {
                (stage.received("twitter", "publish").await >= received).then_some(())
            })
            .await;
            stage.server.restart().await;
        }
        for id in &ids {
            stage.post_with_status(id, "PUBLISHED").await;
        }
        assert_eq!(stage.on_networks("one of many").await.len(), 6 * 8);
    }

    async fn what_was_answered_is_still_there_after_a_kill(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let mut ids = Vec::new();
        for number in 0..20 {
            ids.push(stage.create(json!({ "content": format!("kept {number}"), "accountIds": [account] })).await);
        }
        stage.server.restart().await;
        for id in ids {
            assert_eq!(stage.post(&id).await["status"], "DRAFT");
        }
    }
}
