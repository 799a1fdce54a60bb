//! Looks that did not come to their end.

use super::scene::{message, publish, say, set};
use crate::publishing::stage::LIMIT;
use crate::support::database::on_both_databases;
use crate::support::sql::execute;
use crate::support::waiting::eventually;
use serde_json::json;

on_both_databases! {
    async fn the_only_inbox_is_looked_at_again_after_a_look_that_was_killed_in_its_middle(db: Database) {
        let mut stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        stage.fault(json!({ "platform": "twitter", "step": "inbox", "kind": "hang" })).await;
        eventually(LIMIT, "a look hangs", async || {
            let left = stage.simulator.waiting_faults().await;
            left.as_array().unwrap().is_empty().then_some(())
        })
        .await;
        stage.server.restart().await;
        say(&stage, "TWITTER", Some(&external), "said after the kill").await;
        message(&stage, "said after the kill").await;
    }

    async fn the_only_inbox_is_looked_at_again_after_a_look_that_the_database_refused(db: Database) {
        let mut stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        execute(&db, "alter table inbox_messages rename to inbox_messages_gone").await;
        say(&stage, "TWITTER", Some(&external), "said meanwhile").await;
        eventually(LIMIT, "a look is refused", async || {
            stage.server.process().logged("inbox_messages").then_some(())
        })
        .await;
        execute(&db, "alter table inbox_messages_gone rename to inbox_messages").await;
        message(&stage, "said meanwhile").await;
    }
}
