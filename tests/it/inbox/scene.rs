//! What an inbox test plays on: a published post, and people who talk about it.

use crate::publishing::stage::{LIMIT, Stage};
use crate::support::database::Database;
use crate::support::server::Settings;
use crate::support::waiting::eventually;
use serde_json::{Value, json};

pub const MESSAGES: &str = "query($filter: InboxMessageFilter, $first: Int, $after: String) {
    inboxMessages(filter: $filter, first: $first, after: $after) { totalCount
        nodes { id databaseId type status text platform threadKey receivedAt sender { name handle }
            account { id name } post { id } target { externalId } parent { text }
            reply { id state error remoteId attempts nextAttemptAt } replies { text state } }
        pageInfo { hasNextPage endCursor } } }";

pub const REPLY: &str = "mutation($input: ReplyToInboxMessageInput!) { replyToInboxMessage(input: $input) {
    message { id status } reply { id state text author { name } message { id } }
    userErrors { message code path } } }";

/// A stage whose inboxes are looked at each second.
pub async fn set(db: &Database) -> Stage {
    set_with(db, |settings| settings).await
}

pub async fn set_with(db: &Database, change: impl FnOnce(Settings) -> Settings) -> Stage {
    Stage::set_with(db, |settings| change(settings.set("FANFARE_INBOX_POLL_SECONDS", "1"))).await
}

/// Publishes a post on a network; answers the account's id, the post's, and the network's id of it.
pub async fn publish(stage: &Stage, platform: &str) -> (String, String, String) {
    let account = stage.connect(platform, "ann").await;
    let mut input = json!({ "content": "hello", "accountIds": [account], "publishNow": true });
    match platform {
        "INSTAGRAM" => input["mediaIds"] = json!([stage.upload("sample.jpg", "image/jpeg").await]),
        "YOUTUBE" => {
            input["mediaIds"] = json!([stage.upload("sample.mp4", "video/mp4").await]);
            input["title"] = json!("hello");
        }
        _ => {}
    }
    let id = stage.create(input).await;
    // A post and its targets are read one after the other, so one look may see the target as it was before.
    let whole = |post: &Value| post["status"] == "PUBLISHED" && post["targets"][0]["externalId"].is_string();
    let post = stage.post_when(&id, "PUBLISHED, with its target", whole).await;
    (account, id, post["targets"][0]["externalId"].as_str().unwrap().to_owned())
}

/// Has somebody say `text` to ann: a comment under `post`, or a direct message.
pub async fn say(stage: &Stage, platform: &str, post: Option<&str>, text: &str) -> Value {
    let kind = if post.is_some() { "comment" } else { "dm" };
    let platform = platform.to_lowercase();
    let saying = json!({ "platform": platform, "account": "ann", "type": kind, "text": text, "post": post });
    stage.simulator.say(&saying).await
}

/// The messages that a filter finds.
pub async fn messages(stage: &Stage, filter: Value) -> Vec<Value> {
    let data = stage.person.graphql.data(MESSAGES, json!({ "filter": filter, "first": 100 })).await;
    data["inboxMessages"]["nodes"].as_array().unwrap().clone()
}

/// The message with this text, once it is there and `wanted` holds for it.
pub async fn message_when(stage: &Stage, text: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    eventually(LIMIT, what, async || {
        let found = messages(stage, json!({ "query": text })).await;
        found.into_iter().find(|message| wanted(message))
    })
    .await
}

/// The message with this text, once a look has found it.
pub async fn message(stage: &Stage, text: &str) -> Value {
    message_when(stage, text, "the message is found", |_| true).await
}

/// Queues a reply; answers the payload.
pub async fn reply(stage: &Stage, message: &Value, text: &str) -> Value {
    let input = json!({ "id": message["id"], "text": text });
    stage.person.graphql.payload(REPLY, json!({ "input": input })).await
}

/// What stands on all networks with this text: posts and replies.
pub async fn said_by_us(stage: &Stage, text: &str) -> Vec<Value> {
    let report = stage.simulator.report().await;
    let accounts = report["accounts"].as_array().unwrap();
    let lists = accounts.iter().flat_map(|account| [&account["posts"], &account["replies"]]);
    let said = lists.flat_map(|list| list.as_array().unwrap().clone());
    said.filter(|it| it["text"].as_str() == Some(text)).collect()
}
