//! What is answered by itself: once, and only to whom it should be.

use super::scene::{message_when, messages, publish, said_by_us, set};
use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::on_both_databases;
use crate::support::rest::Rest;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

const UPDATE: &str = "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) {
    settings { autoReply { enabled text } } userErrors { message code path } } }";
const REPLIES: &str =
    "{ inboxMessages(first: 100) { nodes { text replies { text automatic state author { name } } } } }";

async fn answer_with(stage: &Stage, text: &str) {
    let input = json!({ "autoReply": { "enabled": true, "text": text } });
    stage.person.graphql.payload(UPDATE, json!({ "input": input })).await;
}

async fn say(stage: &Stage, post: Option<&str>, sender: &str, text: &str) {
    let kind = if post.is_some() { "comment" } else { "dm" };
    let saying = json!({ "platform": "twitter", "account": "ann", "type": kind, "text": text, "post": post, "sender": sender });
    stage.simulator.say(&saying).await;
}

async fn answered(stage: &Stage, text: &str) -> Value {
    message_when(stage, text, "the message is answered", |it| it["status"] == "REPLIED").await
}

on_both_databases! {
    async fn a_sender_is_answered_once_in_each_conversation(db: Database) {
        let stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        answer_with(&stage, "Thanks, we will be back soon.").await;
        say(&stage, None, "Mia Torres", "the first question").await;
        let first = answered(&stage, "the first question").await;
        assert_eq!(first["reply"]["state"], "CONFIRMED");
        say(&stage, None, "Mia Torres", "the second question").await;
        message_when(&stage, "the second question", "it is found", |_| true).await;
        say(&stage, None, "Ken Abe", "somebody else").await;
        say(&stage, Some(&external), "Mia Torres", "a comment").await;
        answered(&stage, "somebody else").await;
        answered(&stage, "a comment").await;
        assert_eq!(said_by_us(&stage, "Thanks, we will be back soon.").await.len(), 3);
        let found = stage.person.graphql.data(REPLIES, json!({})).await;
        let nodes = found["inboxMessages"]["nodes"].as_array().unwrap();
        let replies: Vec<&Value> = nodes.iter().flat_map(|it| it["replies"].as_array().unwrap()).collect();
        assert_eq!(replies.len(), 3, "{found:#}");
        assert!(replies.iter().all(|it| it["automatic"] == true && it["author"].is_null()), "{replies:#?}");
        let second = messages(&stage, json!({ "query": "the second question" })).await;
        assert_eq!(second[0]["status"], "UNREAD", "it is left to a person");
    }

    async fn an_answer_is_sent_once_through_a_kill(db: Database) {
        let mut stage = set(&db).await;
        publish(&stage, "TWITTER").await;
        answer_with(&stage, "We saw this.").await;
        let before = stage.received("twitter", "reply").await;
        stage.fault(json!({ "platform": "twitter", "step": "reply", "kind": "hang" })).await;
        say(&stage, None, "Mia Torres", "through a kill").await;
        eventually(LIMIT, "the call arrives", async || {
            (stage.received("twitter", "reply").await > before).then_some(())
        })
        .await;
        stage.server.restart().await;
        answered(&stage, "through a kill").await;
        assert_eq!(said_by_us(&stage, "We saw this.").await.len(), 1);
    }

    async fn own_accounts_and_words_without_the_setting_get_no_answer(db: Database) {
        let stage = set(&db).await;
        publish(&stage, "TWITTER").await;
        say(&stage, None, "Mia Torres", "before it was switched on").await;
        message_when(&stage, "before it was switched on", "it is found", |_| true).await;
        let refused = stage.person.graphql.user_errors(UPDATE, json!({ "input": { "autoReply": { "enabled": true } } })).await;
        assert_eq!(refused, [("REQUIRED".to_owned(), json!(["input", "autoReply", "text"]))]);
        let rest = Rest::of(&stage.person.graphql);
        let set = json!({ "auto_reply_enabled": true, "auto_reply_text": " Hello! " });
        let settings = rest.call("updateSettings").json(set).body_of(200).await["settings"].clone();
        assert_eq!((&settings["auto_reply_enabled"], &settings["auto_reply_text"]), (&json!(true), &json!("Hello!")));
        say(&stage, None, "Ken Abe", "after it was").await;
        answered(&stage, "after it was").await;
        let off = rest.call("updateSettings").json(json!({ "auto_reply_enabled": false })).body_of(200).await;
        assert_eq!(off["settings"]["auto_reply_text"], "Hello!", "the text is kept");
        say(&stage, None, "Lea Roth", "after it was switched off").await;
        message_when(&stage, "after it was switched off", "it is found", |_| true).await;
        let found = stage.person.graphql.data(REPLIES, json!({})).await;
        let nodes = found["inboxMessages"]["nodes"].as_array().unwrap();
        let answered: Vec<&Value> = nodes.iter().filter(|it| it["replies"] != json!([])).map(|it| &it["text"]).collect();
        assert_eq!(answered, [&json!("after it was")]);
    }
}
