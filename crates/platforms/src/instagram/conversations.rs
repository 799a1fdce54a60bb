//! Direct messages: read, sent, and found again. Instagram shows the latest 20 messages of a conversation, and takes
//! replies for 24 hours after a person's last one.

use super::Instagram;
use super::inbox::{Person, Said, ours};
use super::instant::instant;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_platform_api::{Absence, Call, InboxItem, InboxReply, PlatformError, ReadBack, Replied};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

const LATEST: &str = "25";
/// The messages of a conversation that Instagram tells anything of.
const TOLD: usize = 20;

#[derive(Debug, Deserialize)]
struct Conversations {
    data: Vec<Conversation>,
}

#[derive(Debug, Deserialize)]
struct Conversation {
    id: String,
    updated_time: Option<String>,
    messages: Option<Messages>,
}

#[derive(Debug, Deserialize)]
struct Messages {
    data: Vec<Message>,
}

#[derive(Debug, Deserialize)]
struct Message {
    id: String,
    created_time: String,
    from: Person,
    /// The text; empty for what is only a picture.
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct Sent {
    message_id: String,
}

impl Message {
    fn item(&self, conversation: &str) -> Option<InboxItem> {
        Some(InboxItem {
            remote_id: self.id.clone(),
            thread_key: conversation.to_owned(),
            kind: InboxMessageType::Dm,
            sender: self.from.sender(),
            text: self.message.clone(),
            url: None,
            parent_remote_id: None,
            post_external_id: None,
            received_at: instant(&self.created_time)?,
        })
    }

    fn said(&self) -> Said<'_> {
        Said { id: &self.id, text: &self.message, at: &self.created_time }
    }
}

impl Instagram {
    /// `GET /{account}/conversations`, then each conversation that has something new.
    pub(super) async fn messages(
        &self,
        call: &Call<'_>,
        since: Timestamp,
    ) -> Result<Vec<InboxItem>, PlatformError> {
        let request = self
            .api
            .request(Method::GET, &[call.account_remote_id, "conversations"], call.access_token)?
            .query(&[("platform", "instagram"), ("fields", "id,updated_time"), ("limit", LATEST)]);
        let conversations: Conversations = self.api.call(call, request).await?;
        let is_new = |it: &&Conversation| {
            it.updated_time.as_deref().and_then(instant).is_none_or(|updated| updated >= since)
        };
        let mut items = Vec::new();
        for conversation in conversations.data.iter().filter(is_new) {
            let messages = self.conversation(call, &conversation.id).await?;
            let of_others = messages.iter().filter(|message| !message.from.is(call.account_remote_id));
            items.extend(of_others.filter_map(|message| message.item(&conversation.id)));
        }
        items.retain(|item| item.received_at >= since);
        Ok(items)
    }

    /// `GET /{conversation}`: its latest messages, newest first.
    async fn conversation(&self, call: &Call<'_>, id: &str) -> Result<Vec<Message>, PlatformError> {
        let request = self
            .api
            .request(Method::GET, &[id], call.access_token)?
            .query(&[("fields", "id,messages{id,created_time,from,message}")]);
        let conversation: Conversation = self.api.call(call, request).await?;
        Ok(conversation.messages.map(|messages| messages.data).unwrap_or_default())
    }

    /// `POST /{account}/messages`.
    pub(super) async fn send_message(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
    ) -> Result<Replied, PlatformError> {
        let body =
            json!({ "recipient": { "id": reply.sender_remote_id }, "message": { "text": reply.text } });
        let request = self
            .api
            .request(Method::POST, &[call.account_remote_id, "messages"], call.access_token)?
            .json(&body);
        let Sent { message_id } = self.api.call(call, request).await?;
        Ok(Replied { remote_id: message_id, url: None, evidence: json!({ "answer": "sent" }) })
    }

    /// Looks a message up among the latest of its conversation.
    pub(super) async fn find_message(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let messages = self.conversation(call, reply.thread_key).await?;
        let own = messages.iter().filter(|message| message.from.is(call.account_remote_id));
        if let Some(found) = ours(own.map(Message::said), reply.text, absence) {
            return Ok(ReadBack::Found {
                remote_id: found.id.to_owned(),
                url: None,
                evidence: json!({ "found_in": "conversation", "created_time": found.at, "read": messages.len() }),
            });
        }
        let reaches_back = messages.len() < TOLD
            || messages.iter().filter_map(|it| instant(&it.created_time)).any(|at| at < absence.since());
        if reaches_back {
            let evidence = json!({ "searched": "conversation", "read": messages.len() });
            return Ok(ReadBack::Absent { evidence });
        }
        Ok(ReadBack::Unclear { reason: "Instagram shows only the latest messages.".to_owned() })
    }
}
