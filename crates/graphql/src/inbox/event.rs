//! A step in the life of a message, as subscribers see it. The event carries the message: nothing is read for it.

use super::object::InboxMessage;
use crate::event::cursor_of;
use crate::scalars::DateTime;
use async_graphql::SimpleObject;
use fanfare_domain::event::{ActivityKind, Event, EventPayload};
use fanfare_services::inbox as rows;

/// A message that came, was read, was answered, or could not be answered.
#[derive(SimpleObject)]
pub struct InboxMessageEvent {
    /// Its position in the workspace's log: give it as `after` to continue from here.
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
    event.payload.as_ref()?.inbox_message().cloned()
}

/// Why a reply was not accepted.
fn error_of(event: &Event) -> Option<String> {
    match event.payload.as_ref()? {
        EventPayload::InboxReplied(it) | EventPayload::InboxReplyFailed(it) => {
            it.error.as_ref().map(|error| error.message.clone())
        }
        _ => None,
    }
}

impl InboxMessageEvent {
    /// `None` if the event carries no message.
    pub fn new(event: &Event) -> Option<Self> {
        Some(Self {
            cursor: cursor_of(event),
            at: event.at.into(),
            kind: event.kind,
            message: InboxMessage(message_of(event)?),
            error: error_of(event),
        })
    }
}
