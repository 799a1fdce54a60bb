//! What a server asks of its database while nobody wants anything of it.

use super::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::waiting::eventually;
use serde_json::json;
use std::time::Instant;

/// Statements that are waited for.
const STATEMENTS: u64 = 12;
/// Rare work of its own times, such as saying that the server runs, may fall among them.
const BESIDE: u64 = 3;

/// How many statements the server has sent so far, those of transaction control included.
async fn statements(stage: &Stage) -> u64 {
    let text = stage.server.metrics().await;
    let line = text.lines().find_map(|line| line.strip_prefix("fanfare_db_statements_total "));
    line.expect("statements are counted").parse().unwrap()
}

on_both_databases! {
    async fn an_idle_server_asks_its_database_at_most_once_a_second_in_all(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        let document = "query($id: ID!) { account(id: $id) { metrics { followers } } }";
        eventually(LIMIT, "nothing is due any more", async || {
            let found = stage.person.graphql.data(document, json!({ "id": account })).await;
            found["account"]["metrics"]["followers"].is_string().then_some(())
        })
        .await;
        // Whoever has asked for something is looked after for a while: this one is asked for nothing.
        stage.server.restart().await;
        // What a start looks at is asked for first, so the stretches are counted until one of them is slow.
        let (mut before, mut begun) = (statements(&stage).await, Instant::now());
        eventually(LIMIT, "a stretch with at most a statement a second", async || {
            let now = statements(&stage).await;
            if now < before + STATEMENTS {
                return None;
            }
            let (sent, seconds) = (now - before, begun.elapsed().as_secs());
            (before, begun) = (now, Instant::now());
            (sent <= seconds + BESIDE).then_some(())
        })
        .await;
    }
}
