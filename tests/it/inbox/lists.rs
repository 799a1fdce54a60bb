//! Lists, threads and marks, and who may see and do what.

use super::scene::{MESSAGES, REPLY, message, messages, publish, say, set, set_with};
use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Settings;
use serde_json::{Value, json};

const MARK: &str = "mutation($input: MarkInboxMessageReadInput!) { markInboxMessageRead(input: $input) {
    message { status } userErrors { message code path } } }";
const MARK_ALL: &str =
    "mutation($input: MarkAllInboxMessagesReadInput!) { markAllInboxMessagesRead(input: $input) {
    marked userErrors { message code path } } }";

fn texts(found: &[Value]) -> Vec<&str> {
    found.iter().map(|message| message["text"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn messages_are_filtered_paged_threaded_and_marked(db: Database) {
        let stage = set(&db).await;
        let (account, post, external) = publish(&stage, "TWITTER").await;
        let first = say(&stage, "TWITTER", Some(&external), "One 100% question?").await;
        message(&stage, "One 100% question?").await;
        let answer = json!({
            "platform": "twitter", "account": "ann", "type": "comment", "text": "Two, the same one",
            "parent": first["id"], "sender": "Tom Becker",
        });
        stage.simulator.say(&answer).await;
        message(&stage, "Two, the same one").await;
        say(&stage, "TWITTER", None, "Three, in private").await;
        let private = message(&stage, "Three, in private").await;
        let graphql = &stage.person.graphql;

        let of = async |filter: Value| messages(&stage, filter).await;
        let all = of(json!({})).await;
        assert_eq!(texts(&all), ["Three, in private", "Two, the same one", "One 100% question?"]);
        assert_eq!(texts(&of(json!({ "types": ["DM"] })).await), ["Three, in private"]);
        assert_eq!(texts(&of(json!({ "postId": post })).await), ["Two, the same one", "One 100% question?"]);
        assert_eq!(texts(&of(json!({ "sender": "Tom" })).await), ["Two, the same one"]);
        assert_eq!(texts(&of(json!({ "query": "100%" })).await), ["One 100% question?"]);
        assert_eq!(of(json!({ "accountId": account, "platform": "TWITTER" })).await.len(), 3);
        assert_eq!(of(json!({ "platform": "YOUTUBE" })).await.len(), 0);

        let thread = "query($id: ID!) { inboxThread(messageId: $id, first: 100) { nodes { text } } }";
        let thread = graphql.data(thread, json!({ "id": all[1]["id"] })).await;
        let thread = thread["inboxThread"]["nodes"].as_array().unwrap().clone();
        assert_eq!(texts(&thread), ["One 100% question?", "Two, the same one"]);

        let mark = async |read: bool| {
            let input = json!({ "id": private["id"], "read": read });
            graphql.payload(MARK, json!({ "input": input })).await["message"]["status"].clone()
        };
        assert_eq!((mark(true).await, mark(true).await, mark(false).await), (json!("READ"), json!("READ"), json!("UNREAD")));
        assert_eq!(graphql.data("{ inboxUnreadCount }", json!({})).await["inboxUnreadCount"], 3);
        let marked = graphql.payload(MARK_ALL, json!({ "input": { "accountId": account } })).await;
        assert_eq!(marked["marked"], 3);
        assert_eq!(of(json!({ "statuses": ["UNREAD"] })).await.len(), 0);
    }

    async fn a_stranger_sees_nothing_and_a_viewer_changes_nothing(db: Database) {
        let stage = set(&db).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        say(&stage, "TWITTER", Some(&external), "Secret?").await;
        let found = message(&stage, "Secret?").await;
        let (stranger, viewer) = (Person::register(&stage.server).await, Person::register(&stage.server).await);
        viewer.join(&stage.person.graphql, "VIEWER").await;

        let by_id = "query($id: ID!) { node(id: $id) { id } inboxMessage(id: $id) { text }
            inboxThread(messageId: $id) { totalCount } }";
        let seen = stranger.graphql.data(by_id, json!({ "id": found["id"] })).await;
        assert_eq!(seen, json!({ "node": null, "inboxMessage": null, "inboxThread": null }));
        let seen = viewer.graphql.data(by_id, json!({ "id": found["id"] })).await;
        assert_eq!((&seen["inboxMessage"]["text"], &seen["node"]["id"]), (&json!("Secret?"), &found["id"]));
        let input = json!({ "id": found["id"], "text": "Mine now." });
        let refused = stranger.graphql.user_errors(REPLY, json!({ "input": input })).await;
        assert_eq!(refused[0].0, "NOT_FOUND");
        let refused = viewer.graphql.post(REPLY, json!({ "input": input })).await;
        assert_eq!(refused.error_codes(), ["FORBIDDEN"]);
        let refused = viewer.graphql.post(MARK, json!({ "input": { "id": found["id"] } })).await;
        assert_eq!(refused.error_codes(), ["FORBIDDEN"]);
    }

    async fn a_list_takes_as_many_statements_for_one_message_as_for_many(db: Database) {
        let stage = set_with(&db, Settings::counting_statements).await;
        let (_, _, external) = publish(&stage, "TWITTER").await;
        for number in 0..5 {
            let text = format!("Message {number}");
            say(&stage, "TWITTER", Some(&external), &text).await;
            message(&stage, &text).await;
        }
        let statements = async |first: i32| {
            stage.person.graphql.post(MESSAGES, json!({ "first": first })).await.statements()
        };
        // The role may be remembered from before.
        statements(1).await;
        // Page, total, accounts, targets, parents, replies; posts are known by their ids.
        assert_eq!((statements(1).await, statements(100).await), (6, 6), "for one and for many");
    }
}
