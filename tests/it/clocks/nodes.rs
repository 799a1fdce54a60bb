//! Servers on one PostgreSQL whose clocks are five minutes apart.

use super::set_clock::SetClock;
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::Database;
use crate::support::server::{Server, Settings};
use crate::support::waiting::eventually;
use serde_json::json;

const SECRET: &str = "a secret that all nodes of a test share";
const KEY: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const FIVE_MINUTES: i64 = 300;

fn shared(settings: Settings) -> Settings {
    settings.set("JWT_SECRET", SECRET).set("ENCRYPTION_KEY", KEY).set("FANFARE_LEASE_SECONDS", "2")
}

/// What is due now is out within [`LIMIT`], which is less than the clocks are apart.
#[tokio::test(flavor = "multi_thread")]
async fn servers_whose_clocks_differ_publish_what_is_due_now_once_and_now() {
    let db = Database::postgres().await;
    for (front_ahead, worker_ahead) in [(FIVE_MINUTES, 0), (0, FIVE_MINUTES)] {
        let clocks = (SetClock::right(&db, "front"), SetClock::right(&db, "worker"));
        clocks.0.set(front_ahead);
        clocks.1.set(worker_ahead);
        let stage = Stage::set_with(&db, |settings| clocks.0.on(shared(settings)).roles("api")).await;
        let data = db.folder().join("worker-data").display().to_string();
        let worker = Server::on(&db).simulator(&stage.simulator).set("FANFARE_DATA", &data).roles("worker");
        let _worker = clocks.1.on(shared(worker)).start().await;
        let account = stage.connect("TWITTER", "ann").await;
        let mut texts = Vec::new();
        for kind in ["reset_after", "reset_before"] {
            stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": kind })).await;
            let text = format!("{kind} between {front_ahead} and {worker_ahead}");
            let input = json!({ "content": text, "accountIds": [account], "publishNow": true });
            let id = stage.create(input).await;
            stage.post_with_status(&id, "PUBLISHED").await;
            texts.push(text);
        }
        for text in texts {
            let there = eventually(LIMIT, "it is on the network", async || {
                Some(stage.on_networks(&text).await).filter(|there| !there.is_empty())
            })
            .await;
            assert_eq!(there.len(), 1, "{text}: {there:#?}");
        }
    }
}
