//! Messages as they come, by WebSocket and by server-sent events.

use super::scene::{message, message_when, publish, reply, say, set};
use crate::support::database::on_both_databases;
use crate::support::websocket::GraphqlSocket;
use fanfare_domain::event::Cursor;
use fanfare_domain::id::WorkspaceId;
use serde_json::{Value, json};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);
const INBOX: &str =
    "subscription($account: ID, $after: String) { inboxMessages(accountId: $account, after: $after) {
    cursor at kind error message { id type status text platform threadKey sender { name } post { id } } } }";

async fn next(socket: &mut GraphqlSocket) -> Value {
    socket.next_data("1", LIMIT).await["inboxMessages"].take()
}

on_both_databases! {
    async fn a_subscriber_sees_each_step_of_a_message_once_also_after_a_cut(db: Database) {
        let stage = set(&db).await;
        let (account, post, external) = publish(&stage, "TWITTER").await;
        let graphql = &stage.person.graphql;
        let viewer = graphql.data("{ viewer { workspace { databaseId } } }", json!({})).await;
        let row = viewer["viewer"]["workspace"]["databaseId"].as_str().unwrap().parse().unwrap();
        let beginning = Cursor { workspace_id: WorkspaceId(row), seq: 0 }.encode();

        let mut socket = graphql.socket().await;
        socket.subscribe("1", INBOX, json!({ "account": account, "after": beginning })).await;
        say(&stage, "TWITTER", Some(&external), "Live question?").await;
        let received = next(&mut socket).await;
        assert_eq!(received["kind"], "INBOX_MESSAGE_RECEIVED");
        assert_eq!(received["message"]["status"], "UNREAD");
        assert_eq!(received["message"]["post"]["id"], post.as_str());
        drop(socket);

        let found = message(&stage, "Live question?").await;
        assert_eq!(found["id"], received["message"]["id"]);
        reply(&stage, &found, "A live answer.").await;
        message_when(&stage, "Live question?", "answered", |it| it["status"] == "REPLIED").await;

        let mut socket = graphql.socket().await;
        socket.subscribe("1", INBOX, json!({ "account": account, "after": received["cursor"] })).await;
        let (read, replied) = (next(&mut socket).await, next(&mut socket).await);
        assert_eq!((&read["kind"], &read["message"]["status"]), (&json!("INBOX_READ"), &json!("READ")));
        assert_eq!((&replied["kind"], &replied["message"]["status"]), (&json!("INBOX_REPLIED"), &json!("REPLIED")));

        let mut stream = graphql.stream(INBOX, json!({ "account": account, "after": beginning })).await;
        let mut kinds = Vec::new();
        while kinds.len() < 3 {
            let event = stream.next(LIMIT).await.expect("the stream goes on");
            let event = event.json()["data"]["inboxMessages"].clone();
            assert_eq!(event["message"]["text"], "Live question?");
            kinds.push(event["kind"].clone());
        }
        assert_eq!(kinds, ["INBOX_MESSAGE_RECEIVED", "INBOX_READ", "INBOX_REPLIED"]);
    }
}
