//! A reply whose outcome the server cannot find out is settled by a user.

use super::scene::{message, message_when, publish, reply, said_by_us, say, set};
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::sql::execute;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

const RESOLVE: &str = "mutation($input: ResolveInboxReplyInput!) { resolveInboxReply(input: $input) {
    message { id status } reply { id state needsReview remoteId url error evidence settledAt }
    userErrors { message code path } } }";

const REPLY: &str =
    "query($id: ID!) { node(id: $id) { ... on InboxReply { state needsReview error evidence } } }";

async fn resolve(stage: &Stage, input: Value) -> Value {
    stage.person.graphql.payload(RESOLVE, json!({ "input": input })).await
}

/// The reply once it is in this state.
async fn reply_in(stage: &Stage, id: &Value, state: &str) -> Value {
    eventually(LIMIT, state, async || {
        let reply = stage.person.graphql.data(REPLY, json!({ "id": id })).await["node"].clone();
        (reply["state"] == state).then_some(reply)
    })
    .await
}

on_both_databases! {
    async fn a_user_settles_a_reply_whose_outcome_is_unknown(db: Database) {
        let stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        say(&stage, "TWITTER", Some(&external), "Are you there?").await;
        let asked = message(&stage, "Are you there?").await;
        stage.fault(json!({ "platform": "twitter", "step": "reply", "kind": "rejected", "times": 3 })).await;
        let mut replies = Vec::new();
        for text in ["One answer.", "Another answer.", "A third answer."] {
            let id = reply(&stage, &asked, text).await["reply"]["id"].clone();
            reply_in(&stage, &id, "REFUSED").await;
            let errors = stage.person.graphql.user_errors(RESOLVE, json!({ "input": { "replyId": id, "resolution": "GIVE_UP" } })).await;
            assert_eq!(errors, [("INBOX_REPLY_STATE_FORBIDS".to_owned(), json!(["input", "replyId"]))]);
            replies.push(id);
        }
        // As the engine leaves a reply that its platform can be neither asked about nor sent again. Two days ago: what is
        // sent again has its own time.
        let long_ago = if db.is_postgres() { "now() - interval '2 days'" } else { "created_at - 172800000000" };
        let lost = format!(
            "update inbox_replies set state = 'unknown', run_at = null, error = 'lost', created_at = {long_ago}"
        );
        execute(&db, &lost).await;

        let given_up = resolve(&stage, json!({ "replyId": replies[0], "resolution": "GIVE_UP" })).await;
        assert_eq!((&given_up["reply"]["state"], &given_up["message"]["status"]), (&json!("REFUSED"), &json!("READ")));
        assert_eq!(given_up["reply"]["error"], "Given up after review.");

        let again = json!({ "replyId": replies[1], "resolution": "SEND_AGAIN", "clientMutationKey": "again" });
        let id = resolve(&stage, again.clone()).await["reply"]["id"].clone();
        message_when(&stage, "Are you there?", "the reply is sent", |it| it["status"] == "REPLIED").await;
        reply_in(&stage, &id, "CONFIRMED").await;
        assert_eq!(resolve(&stage, again).await["reply"]["state"], "CONFIRMED", "the key was used");
        assert_eq!(said_by_us(&stage, "Another answer.").await.len(), 1);

        let there = json!({ "replyId": replies[2], "resolution": "SENT", "externalId": "42",
            "url": "https://example.com/42" });
        let there = resolve(&stage, there).await["reply"].clone();
        assert_eq!((&there["state"], &there["needsReview"]), (&json!("CONFIRMED"), &json!(false)));
        assert_eq!((&there["remoteId"], &there["url"]), (&json!("42"), &json!("https://example.com/42")));
        assert_eq!(there["evidence"]["decided_by"], "a person");
        assert!(there["settledAt"].is_string() && said_by_us(&stage, "A third answer.").await.is_empty());
    }
}
