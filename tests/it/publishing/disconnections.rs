//! An account that is disconnected while something is under way for it.

use super::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::sql;
use crate::support::waiting::eventually;
use serde_json::json;

const DISCONNECT: &str = "mutation($input: DisconnectAccountInput!) { disconnectAccount(input: $input) {
    userErrors { message code path } } }";

async fn disconnect(stage: &Stage, account: &str) {
    stage.person.graphql.payload(DISCONNECT, json!({ "input": { "accountId": account } })).await;
}

on_both_databases! {
    async fn tokens_that_arrive_after_the_disconnection_are_revoked_and_nothing_is_published(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("TWITTER", "ann").await;
        stage.fault(json!({ "platform": "twitter", "step": "publish", "kind": "expired_token" })).await;
        // The new tokens are made at once; they are on their way for longer than a lease.
        stage.fault(json!({ "platform": "twitter", "step": "refresh", "kind": "drip", "latency_ms": 4000 })).await;
        let id = stage.create(json!({ "content": "not any more", "accountIds": [account], "publishNow": true })).await;
        eventually(LIMIT, "the refresh is under way", async || {
            (stage.received("twitter", "refresh").await > 0).then_some(())
        })
        .await;
        disconnect(&stage, &account).await;
        stage.post_with_status(&id, "CANCELLED").await;
        eventually(LIMIT, "the new tokens are revoked", async || {
            stage.server.process().logged("revoked new tokens of a disconnected account").then_some(())
        })
        .await;
        let stored = "select access_token_sealed as line from accounts where access_token_sealed is not null";
        assert_eq!(sql::lines(&db, stored).await, Vec::<String>::new());
        assert_eq!(stage.received("twitter", "publish").await, 1);
        assert!(stage.on_networks("not any more").await.is_empty());
    }

    async fn a_call_that_is_under_way_ends_with_the_connection_of_its_account(db: Database) {
        let mut stage = Stage::set(&db).await;
        let account = stage.connect("YOUTUBE", "ann").await;
        let other = stage.connect("YOUTUBE", "bob").await;
        let video = stage.upload("sample.mp4", "video/mp4").await;
        let slow = |name: &str, ms: u64| json!({ "platform": "youtube", "step": "publish", "kind": "latency", "latency_ms": ms, "account": name });
        stage.fault(slow("ann", 5000)).await;
        stage.fault(slow("bob", 6000)).await;
        let input = |account: &str, text: &str| json!({ "content": text, "title": "A title", "accountIds": [account], "mediaIds": [video], "publishNow": true });
        let id = stage.create(input(&account, "ended")).await;
        eventually(LIMIT, "the upload is under way", async || {
            (stage.received("youtube", "publish").await > 0).then_some(())
        })
        .await;
        disconnect(&stage, &account).await;
        let later = stage.create(input(&other, "out")).await;
        stage.post_with_status(&id, "NEEDS_REVIEW").await;
        eventually(LIMIT, "the run notices", async || {
            stage.server.process().logged("taken over by another node").then_some(())
        })
        .await;
        // By then the first call would have had its effect too.
        stage.post_with_status(&later, "PUBLISHED").await;
        assert!(stage.on_networks("ended").await.is_empty());
    }
}
