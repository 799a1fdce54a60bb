//! A step in the life of a message, as subscribers see it. The event carries the message: nothing is read for it.

use super::object::InboxMessage;
use crate::event::cursor_of;
use crate::scalars::DateTime;
use async_graphql::Object;
use fanfare_domain::event::{ActivityKind, Event, EventPayload};
use fanfare_services::inbox as rows;
use std::sync::Arc;

/// A message that came, was read, was answered, or could not be answered.
pub struct InboxMessageEvent {
    event: Arc<Event>,
    message: Arc<rows::InboxMessage>,
}

/// Whether `inboxMessages` shows events of this kind.
pub fn is_of_inbox(kind: ActivityKind) -> bool {
    use ActivityKind as K;
    matches!(kind, K::InboxMessageReceived | K::InboxRead | K::InboxReplied | K::InboxReplyFailed)
}

/// The message that an event carries.
pub fn message_of(event: &Event) -> Option<&Arc<rows::InboxMessage>> {
    event.payload.as_ref()?.inbox_message()
}

impl InboxMessageEvent {
    /// `None` if the event carries no message.
    pub fn new(event: Arc<Event>) -> Option<Self> {
        let message = Arc::clone(message_of(&event)?);
        Some(Self { event, message })
    }
}

/// A message that came, was read, was answered, or could not be answered.
#[Object(crate = "crate::execution")]
impl InboxMessageEvent {
    /// Its position in the workspace's log: give it as `after` to continue from here.
    async fn cursor(&self) -> String {
        cursor_of(&self.event)
    }
    /// When it happened.
    async fn at(&self) -> DateTime {
        self.event.at.into()
    }
    /// What happened.
    async fn kind(&self) -> ActivityKind {
        self.event.kind
    }
    /// The message as it was then.
    async fn message(&self) -> InboxMessage {
        InboxMessage(Arc::clone(&self.message))
    }
    /// Why a reply was not taken, in the network's words; null where nothing is wrong.
    async fn error(&self) -> Option<&str> {
        match self.event.payload.as_ref()? {
            EventPayload::InboxReplied(it) | EventPayload::InboxReplyFailed(it) => {
                it.error.as_ref().map(|error| error.message.as_str())
            }
            _ => None,
        }
    }
}
