//! Marking and answering messages.

use super::object::{InboxMessage, InboxReply};
use crate::request::{ContextExt as _, UserError, committed, mutation_key, workspace_of_input};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::id::{AccountId, InboxMessageId};
use std::sync::Arc;

/// A message and whether it has been read.
#[derive(Clone, Debug, InputObject)]
pub struct MarkInboxMessageReadInput {
    /// The message.
    pub id: ID,
    /// False: it becomes unread again. One that was replied to stays so.
    #[graphql(default = true)]
    pub read: bool,
}

/// Which messages have been read.
#[derive(Clone, Debug, InputObject)]
pub struct MarkAllInboxMessagesReadInput {
    /// Absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// Only messages to this account.
    pub account_id: Option<ID>,
}

/// An answer to a message.
#[derive(Clone, Debug, InputObject)]
pub struct ReplyToInboxMessageInput {
    /// The message.
    pub id: ID,
    /// 1 character up to what the network takes: 280 weighted on X, 2,200 under a medium on Instagram, 1,000 bytes in
    /// a direct message there, 10,000 in a direct message on X and on YouTube.
    pub text: String,
    /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// What `markInboxMessageRead` gives.
#[derive(SimpleObject)]
pub struct MarkInboxMessageReadPayload {
    /// The message as it is now; null where there are user errors.
    pub message: Option<InboxMessage>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `markAllInboxMessagesRead` gives.
#[derive(SimpleObject)]
pub struct MarkAllInboxMessagesReadPayload {
    /// How many were unread; null where there are user errors.
    pub marked: Option<i32>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `replyToInboxMessage` gives.
#[derive(SimpleObject)]
pub struct ReplyToInboxMessagePayload {
    /// The message: read, and replied once the network has taken the reply; null where there are user errors.
    pub message: Option<InboxMessage>,
    /// The reply, which is sent in the background.
    pub reply: Option<InboxReply>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Part of `Mutation`: messages to the accounts, and replies.
#[derive(Default)]
pub struct InboxMutation;

#[Object]
impl InboxMutation {
    /// Marks a message as read, or as unread again. Needs the role editor.
    async fn mark_inbox_message_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message and whether it has been read.")] input: MarkInboxMessageReadInput,
    ) -> Result<MarkInboxMessageReadPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let id = InboxMessageId::parse(&input.id, "id")?;
            services.inbox().mark_read(actor, id, input.read).await
        });
        let (message, user_errors) = committed(ctx, outcome.await)?;
        Ok(MarkInboxMessageReadPayload { message: message.map(Arc::new).map(InboxMessage), user_errors })
    }

    /// Marks every unread message as read. Needs the role editor.
    async fn mark_all_inbox_messages_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which messages.")] input: MarkAllInboxMessagesReadInput,
    ) -> Result<MarkAllInboxMessagesReadPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let account = input.account_id.map(|id| AccountId::parse(&id, "accountId")).transpose()?;
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            services.inbox().mark_all_read(actor, workspace, account).await
        });
        let (marked, user_errors) = committed(ctx, outcome.await)?;
        let marked = marked.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        Ok(MarkAllInboxMessagesReadPayload { marked, user_errors })
    }

    /// Answers a message on its network. Needs the role editor. The reply is sent in the background, and never twice:
    /// where an answer of the network is lost, it is asked before anything is sent again.
    async fn reply_to_inbox_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message and the answer.")] input: ReplyToInboxMessageInput,
    ) -> Result<ReplyToInboxMessagePayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "replyToInboxMessage", input.client_mutation_key.as_ref(), &input)?;
        let outcome = Box::pin(async {
            let id = InboxMessageId::parse(&input.id, "id")?;
            services.inbox().reply(actor, id, &input.text, key).await
        });
        let (queued, user_errors) = committed(ctx, outcome.await)?;
        let Some(queued) = queued else {
            return Ok(ReplyToInboxMessagePayload { message: None, reply: None, user_errors });
        };
        let (message, reply) = (InboxMessage(Arc::new(queued.message)), InboxReply(Arc::new(queued.reply)));
        Ok(ReplyToInboxMessagePayload { message: Some(message), reply: Some(reply), user_errors })
    }
}
