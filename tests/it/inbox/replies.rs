//! What is answered is on the network exactly once.

use super::scene::{REPLY, message, message_when, publish, reply, said_by_us, say, set};
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

async fn answered(stage: &Stage, text: &str) -> Value {
    message_when(stage, text, "the message is answered", |it| it["status"] == "REPLIED").await
}

/// Answers a message while the network hangs, before or after it has taken the answer; the server dies in it and
/// starts again.
async fn survives(stage: &mut Stage, platform: &str, post: Option<&str>) {
    for kind in ["hang_before", "hang"] {
        let asked = format!("A question, {platform} {post:?} {kind}?");
        say(stage, platform, post, &asked).await;
        let found = message(stage, &asked).await;
        let network = platform.to_lowercase();
        let before = stage.received(&network, "reply").await;
        stage.fault(json!({ "platform": network, "step": "reply", "kind": kind })).await;
        let text = format!("An answer to {kind} {}.", post.is_some());
        reply(stage, &found, &text).await;
        eventually(LIMIT, "the call arrives", async || {
            (stage.received(&network, "reply").await > before).then_some(())
        })
        .await;
        stage.server.restart().await;
        let found = answered(stage, &asked).await;
        let there = said_by_us(stage, &text).await;
        assert_eq!(there.len(), 1, "{platform} {kind}: {there:#?}");
        assert_eq!(found["reply"]["remoteId"], there[0]["id"], "{platform} {kind}");
        assert_eq!(found["reply"]["state"], "CONFIRMED", "{platform} {kind}");
    }
}

on_both_databases! {
    async fn x_gets_a_reply_exactly_once_through_kills(db: Database) {
        let mut stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        survives(&mut stage, "TWITTER", Some(&external)).await;
        survives(&mut stage, "TWITTER", None).await;
    }

    async fn instagram_gets_a_reply_exactly_once_through_kills(db: Database) {
        let mut stage = set(&db).await;
        let (_, _, external) = publish(&stage, "INSTAGRAM").await;
        survives(&mut stage, "INSTAGRAM", Some(&external)).await;
        survives(&mut stage, "INSTAGRAM", None).await;
    }

    async fn youtube_gets_a_reply_exactly_once_through_kills(db: Database) {
        let mut stage = set(&db).await;
        let (_, _, external) = publish(&stage, "YOUTUBE").await;
        survives(&mut stage, "YOUTUBE", Some(&external)).await;
    }

    async fn a_reply_is_on_the_network_once_whatever_the_network_does(db: Database) {
        let stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        let kinds = [
            "server_error_before", "server_error_after", "reset_before", "reset_after", "malformed_json",
            "html_200", "expired_token", "rate_limited",
        ];
        for kind in kinds {
            let asked = format!("A question before {kind}?");
            say(&stage, "TWITTER", Some(&external), &asked).await;
            let found = message(&stage, &asked).await;
            stage.fault(json!({ "platform": "twitter", "step": "reply", "kind": kind })).await;
            let text = format!("An answer through {kind}.");
            reply(&stage, &found, &text).await;
            answered(&stage, &asked).await;
            assert_eq!(said_by_us(&stage, &text).await.len(), 1, "{kind}");
        }
    }

    async fn a_reply_that_the_network_refuses_says_why_and_leaves_the_message_unanswered(db: Database) {
        let stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        say(&stage, "TWITTER", Some(&external), "Refuse me?").await;
        let found = message(&stage, "Refuse me?").await;
        stage.fault(json!({ "platform": "twitter", "step": "reply", "kind": "rejected" })).await;
        reply(&stage, &found, "A refused answer.").await;
        let is_refused = |it: &Value| it["reply"]["state"] == "REFUSED";
        let found = message_when(&stage, "Refuse me?", "the reply is refused", is_refused).await;
        assert_eq!(found["status"], "READ");
        assert_eq!(found["reply"]["error"], "X: You are not permitted to perform this action.");
        assert!(found["reply"]["nextAttemptAt"].is_null());
        assert!(said_by_us(&stage, "A refused answer.").await.is_empty());
    }

    async fn the_same_reply_under_one_key_is_sent_once(db: Database) {
        let stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        say(&stage, "TWITTER", Some(&external), "Twice?").await;
        let found = message(&stage, "Twice?").await;
        let graphql = &stage.person.graphql;
        let input = json!({ "id": found["id"], "text": "Once.", "clientMutationKey": "k" });
        let once = graphql.payload(REPLY, json!({ "input": input })).await;
        assert_eq!(once["reply"]["author"]["name"], "A Person");
        assert_eq!(once["message"]["status"], "READ");
        let again = graphql.payload(REPLY, json!({ "input": input })).await;
        assert_eq!(again["reply"]["id"], once["reply"]["id"]);
        let other = json!({ "id": found["id"], "text": "Twice.", "clientMutationKey": "k" });
        let errors = graphql.user_errors(REPLY, json!({ "input": other })).await;
        assert_eq!(errors[0].0, "IDEMPOTENCY_CONFLICT");
        answered(&stage, "Twice?").await;
        assert_eq!(said_by_us(&stage, "Once.").await.len(), 1);
    }

    async fn what_cannot_be_sent_is_refused_before_it_is_queued(db: Database) {
        let stage = set(&db).await;
        let (account, _, external) = publish(&stage, "TWITTER").await;
        say(&stage, "TWITTER", Some(&external), "Anybody there?").await;
        let found = message(&stage, "Anybody there?").await;
        let graphql = &stage.person.graphql;
        let refused = async |text: &str| {
            let input = json!({ "id": found["id"], "text": text });
            graphql.user_errors(REPLY, json!({ "input": input })).await[0].0.clone()
        };
        assert_eq!(refused("  ").await, "REQUIRED");
        assert_eq!(refused(&"x".repeat(281)).await, "INBOX_REPLY_REJECTED_BY_RULES");
        let disconnect = "mutation($input: DisconnectAccountInput!) { disconnectAccount(input: $input) {
            userErrors { message code path } } }";
        graphql.payload(disconnect, json!({ "input": { "accountId": account } })).await;
        assert_eq!(refused("hello").await, "ACCOUNT_NOT_ACTIVE");
    }
}
