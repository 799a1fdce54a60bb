//! Several nodes on one PostgreSQL.

use super::stage::{LIMIT, Stage};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

/// A node that publishes and answers nobody.
async fn worker(db: &Database, stage: &Stage) -> Server {
    let settings = Server::on(db).simulator(&stage.simulator).roles("worker");
    let data = db.folder().join("worker");
    settings
        .set("FANFARE_LEASE_SECONDS", "2")
        .set("FANFARE_DATA", &data.display().to_string())
        .set("JWT_SECRET", SECRET)
        .set("ENCRYPTION_KEY", KEY)
        .start()
        .await
}

const SECRET: &str = "a secret that all nodes of a test share";
const KEY: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A node that answers and publishes nothing.
async fn front(db: &Database) -> Stage {
    Stage::set_with(db, |settings| settings.roles("api").set("JWT_SECRET", SECRET).set("ENCRYPTION_KEY", KEY))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_publish_two_hundred_due_posts_each_once() {
    let db = Database::postgres().await;
    let stage = front(&db).await;
    let mut accounts = Vec::new();
    for number in 0..10 {
        accounts.push(stage.connect("TWITTER", &format!("ann{number}")).await);
    }
    let mut ids = Vec::new();
    for number in 0..200_usize {
        let account = &accounts[number % accounts.len()];
        let text = format!("one of two hundred {number}.");
        ids.push(stage.create(json!({ "content": text, "accountIds": [account], "publishNow": true })).await);
    }
    let _workers = (worker(&db, &stage).await, worker(&db, &stage).await);
    eventually(LIMIT, "all are out", async || {
        let left = stage
            .person
            .graphql
            .data(
                "{ posts(filter: { statuses: [PENDING, PUBLISHING, SCHEDULED] }) { totalCount } }",
                json!({}),
            )
            .await;
        (left["posts"]["totalCount"] == 0).then_some(())
    })
    .await;
    for id in &ids {
        assert_eq!(stage.post(id).await["status"], "PUBLISHED");
    }
    let found = stage.on_networks("one of two hundred").await;
    assert_eq!(found.len(), 200);
    let mut texts: Vec<&str> = found.iter().map(|post| post["text"].as_str().unwrap()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_paused_past_its_lease_is_fenced() {
    let db = Database::postgres().await;
    let stage = front(&db).await;
    let account = stage.connect("TWITTER", "ann").await;
    let mut first = worker(&db, &stage).await;
    // The first worker's call is under way, with its effect, when the process stops.
    stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": "hang" })).await;
    let id = stage.create(json!({ "content": "fenced", "accountIds": [account], "publishNow": true })).await;
    eventually(LIMIT, "the call arrives", async || {
        (stage.received("twitter", "publish").await > 0).then_some(())
    })
    .await;
    first.process().pause().await;
    let _second = worker(&db, &stage).await;
    let published = stage.post_with_status(&id, "PUBLISHED").await;
    first.process().resume().await;
    eventually(LIMIT, "the first worker notices", async || {
        first.process().logged("taken over by another node").then_some(())
    })
    .await;
    assert_eq!(stage.post(&id).await["targets"], published["targets"], "its late result changes nothing");
    let found: Vec<Value> = stage.on_networks("fenced").await;
    assert_eq!(found.len(), 1, "{found:#?}");
}
