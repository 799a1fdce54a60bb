//! A step in the life of a message, as subscribers see it. The event carries the message: nothing is read for it.

use super::object::InboxMessage;
use crate::event::cursor_of;
use crate::scalars::DateTime;
use async_graphql::SimpleObject;
use fanfare_domain::event::{ActivityKind, Event};
use fanfare_storage::rows;
use serde::Deserialize as _;
use serde_json::Value;

/// A message that came, was read, was answered, or could not be answered.
#[derive(SimpleObject)]
pub struct InboxMessageEvent {
    /// Its position in the workspace's log: give it as `after` to go on from here.
    pub cursor: String,
    /// When it happened.
    pub at: DateTime,
    /// What happened.
    pub kind: ActivityKind,
    /// The message as it was then.
    pub message: InboxMessage,
    /// Why a reply was not taken, in the network's words; null where nothing is wrong.
    pub error: Option<String>,
}

/// Whether `inboxMessages` shows events of this kind.
pub fn is_of_inbox(kind: ActivityKind) -> bool {
    use ActivityKind as K;
    matches!(kind, K::InboxMessageReceived | K::InboxRead | K::InboxReplied | K::InboxReplyFailed)
}

/// The message that an event carries.
pub fn message_of(event: &Event) -> Option<rows::InboxMessage> {
    rows::InboxMessage::deserialize(event.payload.get("message")?).ok()
}

impl InboxMessageEvent {
    /// `None` if the event carries no message.
    pub fn new(event: &Event) -> Option<Self> {
        let error = event.payload.pointer("/error/message").and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            cursor: cursor_of(event),
            at: event.at.into(),
            kind: event.kind,
            message: InboxMessage(message_of(event)?),
            error,
        })
    }
}
