//! Direct messages: read, sent, and found again.

use super::Twitter;
use super::mentions::Includes;
use super::text::{CHANGES, Entities, as_written, unescaped};
use chrono::{DateTime, Utc};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use fanfare_platform_api::{Absence, Call, InboxItem, InboxReply, PlatformError, ReadBack, Replied};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

/// The most pages of 100 events that one look or one search reads.
const MAX_PAGES: u32 = 5;

#[derive(Debug, Deserialize)]
struct Page {
    #[serde(default)]
    data: Vec<Message>,
    #[serde(default)]
    includes: Includes,
    #[serde(default)]
    meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
struct Meta {
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Message {
    id: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    entities: Entities,
    sender_id: String,
    dm_conversation_id: String,
    created_at: DateTime<Utc>,
}

impl Message {
    /// What is the same of its text before and after X has stored it, where it was `sent`.
    fn words(&self, sent: &str) -> String {
        CHANGES.comparable(&as_written(&self.text, &self.entities.urls, sent, |_| false))
    }
}

#[derive(Deserialize)]
struct Sent {
    data: SentMessage,
}

#[derive(Deserialize)]
struct SentMessage {
    dm_event_id: String,
}

/// Ids on X are numbers that grow with time; one that is none is older than all.
fn number(id: &str) -> u64 {
    id.parse().unwrap_or(0)
}

fn item(message: Message, includes: &Includes) -> InboxItem {
    InboxItem {
        kind: InboxMessageType::Dm,
        sender: includes.sender(&message.sender_id),
        text: unescaped(&message.text),
        url: None,
        parent_remote_id: None,
        post_external_id: None,
        received_at: Timestamp::new(message.created_at),
        remote_id: message.id,
        thread_key: message.dm_conversation_id,
    }
}

/// Where a conversation stands. A group's key is a number; that of two people has both their ids.
fn conversation<'a>(reply: &InboxReply<'a>) -> Vec<&'a str> {
    if reply.thread_key.contains('-') {
        vec!["dm_conversations", "with", reply.sender_remote_id]
    } else {
        vec!["dm_conversations", reply.thread_key]
    }
}

impl Twitter {
    async fn message_page(
        &self,
        call: &Call<'_>,
        path: &[&str],
        next: Option<&str>,
    ) -> Result<Page, PlatformError> {
        let request = self.api.request(Method::GET, path, call.access_token)?.query(&[
            ("max_results", "100"),
            ("event_types", "MessageCreate"),
            ("dm_event.fields", "created_at,dm_conversation_id,entities,event_type,sender_id,text"),
            ("expansions", "sender_id"),
            ("user.fields", "name,username"),
        ]);
        let request =
            next.iter().fold(request, |request, token| request.query(&[("pagination_token", token)]));
        self.api.call(call, request).await
    }

    /// `GET /2/dm_events`, newest first, back to `since`; without it the latest page. Answers the newest id.
    pub(super) async fn messages(
        &self,
        call: &Call<'_>,
        since: Option<&str>,
    ) -> Result<(Vec<InboxItem>, Option<String>), PlatformError> {
        let known = since.map_or(0, number);
        let (mut items, mut newest, mut next) = (Vec::new(), None, None::<String>);
        for _ in 0..MAX_PAGES {
            let page = self.message_page(call, &["dm_events"], next.as_deref()).await?;
            newest = newest.or_else(|| page.data.first().map(|message| message.id.clone()));
            let caught_up = page.data.iter().any(|message| number(&message.id) <= known);
            let new = page.data.into_iter().filter(|message| number(&message.id) > known);
            let of_others = new.filter(|message| message.sender_id != call.account_remote_id);
            items.extend(of_others.map(|message| item(message, &page.includes)));
            next = page.meta.next_token;
            if caught_up || next.is_none() || since.is_none() {
                break;
            }
        }
        Ok((items, newest))
    }

    /// `POST /2/dm_conversations/with/{person}/messages`, or to a group `POST /2/dm_conversations/{id}/messages`.
    pub(super) async fn send_message(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
    ) -> Result<Replied, PlatformError> {
        let mut path = conversation(reply);
        path.push("messages");
        let request =
            self.api.request(Method::POST, &path, call.access_token)?.json(&json!({ "text": reply.text }));
        let Sent { data } = self.api.call(call, request).await?;
        Ok(Replied { remote_id: data.dm_event_id, url: None, evidence: json!({ "answer": "created" }) })
    }

    /// Looks a message up in its conversation, newest first, back to when it was sent.
    pub(super) async fn find_message(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let mut path = conversation(reply);
        path.push("dm_events");
        let (mut read, mut next) = (0, None::<String>);
        let wanted = CHANGES.comparable(reply.text);
        for _ in 0..absence.max_pages {
            let page = self.message_page(call, &path, next.as_deref()).await?;
            read += page.data.len();
            let ours = page.data.iter().find(|message| {
                message.sender_id == call.account_remote_id
                    && message.words(reply.text) == wanted
                    && absence.window.holds(Timestamp::new(message.created_at))
                    && !absence.is_anothers(&message.id)
            });
            if let Some(message) = ours {
                return Ok(ReadBack::Found {
                    remote_id: message.id.clone(),
                    url: None,
                    evidence: json!({ "found_in": "conversation", "created_at": message.created_at, "read": read }),
                });
            }
            let before = page.data.iter().any(|message| Timestamp::new(message.created_at) < absence.since());
            next = page.meta.next_token;
            if before || next.is_none() {
                return Ok(ReadBack::Absent {
                    evidence: json!({ "searched": "conversation", "read": read }),
                });
            }
        }
        Ok(ReadBack::Unclear { reason: format!("not among the conversation's {read} latest messages on X") })
    }
}
