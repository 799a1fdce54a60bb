//! Inbox messages and the replies to them. The message is the one that the event carries: no row is read for it.

use super::Payload;
use crate::account::Account;
use crate::inbox::{InboxMessage, InboxReply};
use crate::scalars::Url;
use async_graphql::{Context, Object, Result};
use fanfare_domain::event::payload::{
    InboxMessageReceived, InboxPayload, InboxReplyQueued, InboxReplySettled,
};
use fanfare_domain::inbox::ReplyState;
use fanfare_domain::platform::Platform;
use std::sync::Arc;

/// Payload of INBOX_READ.
#[Object(name = "InboxMessageEventPayload")]
impl Payload<'_, InboxPayload> {
    /// The message as it was after the event.
    async fn message(&self) -> InboxMessage {
        InboxMessage(Arc::clone(&self.stored.message))
    }

    /// The account that got the message. Null if it was removed.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        self.account_of(ctx, self.stored.account_id).await
    }

    /// The account's platform.
    async fn platform(&self) -> Platform {
        self.stored.platform
    }

    /// The sender's name.
    async fn sender(&self) -> &str {
        &self.stored.sender
    }

    /// The message's text.
    async fn text(&self) -> &str {
        &self.stored.text
    }
}

/// Payload of INBOX_MESSAGE_RECEIVED.
#[Object(name = "InboxMessageReceivedEventPayload")]
impl Payload<'_, InboxMessageReceived> {
    #[graphql(flatten)]
    async fn of(&self) -> Payload<'_, InboxPayload> {
        Payload { workspace: self.workspace, stored: &self.stored.inbox }
    }

    /// The account's name then.
    async fn account_name(&self) -> &str {
        &self.stored.account_name
    }
}

/// Payload of INBOX_REPLY_QUEUED.
#[Object(name = "InboxReplyQueuedEventPayload")]
impl Payload<'_, InboxReplyQueued> {
    #[graphql(flatten)]
    async fn of(&self) -> Payload<'_, InboxPayload> {
        Payload { workspace: self.workspace, stored: &self.stored.inbox }
    }

    /// The reply. Null if it was deleted.
    async fn reply(&self, ctx: &Context<'_>) -> Result<Option<InboxReply>> {
        self.reply_of(ctx, self.stored.reply.id).await
    }

    /// The reply's text.
    async fn reply_text(&self) -> &str {
        &self.stored.reply.text
    }
}

/// Payload of INBOX_REPLIED and INBOX_REPLY_FAILED.
#[Object(name = "InboxReplyEventPayload")]
impl Payload<'_, InboxReplySettled> {
    #[graphql(flatten)]
    async fn of(&self) -> Payload<'_, InboxPayload> {
        Payload { workspace: self.workspace, stored: &self.stored.inbox }
    }

    /// The reply. Null if it was deleted.
    async fn reply(&self, ctx: &Context<'_>) -> Result<Option<InboxReply>> {
        self.reply_of(ctx, self.stored.reply.id).await
    }

    /// What was known of the reply's outcome after the event.
    async fn reply_status(&self) -> ReplyState {
        self.stored.reply.state
    }

    /// The reply's text.
    async fn reply_text(&self) -> &str {
        &self.stored.reply.text
    }

    /// The platform's id of the reply. Null if it was not accepted.
    async fn external_id(&self) -> Option<&str> {
        self.stored.reply.remote_id.as_deref()
    }

    /// Where people see the reply. Null if it was not accepted or has no URL.
    async fn url(&self) -> Option<Url> {
        Url::from_stored(self.stored.reply.url.as_deref())
    }

    /// Why the reply was not accepted, as reported by the platform. Null if nothing is wrong.
    async fn error(&self) -> Option<&str> {
        self.stored.error.as_ref().map(|error| error.message.as_str())
    }
}
