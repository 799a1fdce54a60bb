//! Settling replies whose outcome the server could not find out.

use super::object::{InboxMessage, InboxReply};
use crate::request::{ContextExt as _, UserError, committed, external_id, mutation_key};
use crate::scalars::{GlobalId as _, Url};
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::id::InboxReplyId;
use fanfare_domain::inbox::ReplyResolution;
use fanfare_domain::user_error;
use std::sync::Arc;

/// Input of `resolveInboxReply`.
#[derive(Clone, Debug, InputObject)]
pub struct ResolveInboxReplyInput {
    /// The reply, which must need a review.
    pub reply_id: ID,
    /// What is to become of it.
    pub resolution: InboxReplyResolution,
    /// The platform's id of it, if it is there; at most 200 characters.
    pub external_id: Option<String>,
    /// Where people see it, if it is there.
    pub url: Option<Url>,
    /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// How a user settles a reply that needs a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum InboxReplyResolution {
    /// It is on the platform.
    Sent,
    /// It is not there: send it again.
    SendAgain,
    /// Leave it; it counts as refused.
    GiveUp,
}

/// Payload of `resolveInboxReply`.
#[derive(SimpleObject)]
pub struct ResolveInboxReplyPayload {
    /// The message, which counts as replied to if the reply is there; null if there are user errors.
    pub message: Option<InboxMessage>,
    /// The reply after it; null if there are user errors.
    pub reply: Option<InboxReply>,
    /// Validation errors; empty on success. If there are any, nothing was changed.
    pub user_errors: Vec<UserError>,
}

/// Part of `Mutation`: replies that need a review.
#[derive(Default)]
pub struct InboxReviewMutation;

#[Object]
impl InboxReviewMutation {
    /// Settles a reply that needs a review: a user has looked at the platform. Requires the EDITOR role.
    async fn resolve_inbox_reply(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which reply, and what was found.")] input: ResolveInboxReplyInput,
    ) -> Result<ResolveInboxReplyPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "resolveInboxReply", input.client_mutation_key.as_ref(), &input)?;
        let outcome = Box::pin(async {
            let id = InboxReplyId::parse(&input.reply_id, "replyId")?;
            services.inbox().resolve_reply(actor, id, resolution(input)?, key).await
        });
        let (settled, user_errors) = committed(ctx, outcome.await)?;
        let (message, reply) = settled.map(|it| (it.message, it.reply)).unzip();
        Ok(ResolveInboxReplyPayload {
            message: message.map(Arc::new).map(InboxMessage),
            reply: reply.map(Arc::new).map(InboxReply),
            user_errors,
        })
    }
}

fn resolution(input: ResolveInboxReplyInput) -> std::result::Result<ReplyResolution, user_error::UserError> {
    let remote_id = external_id(input.external_id)?;
    Ok(match input.resolution {
        InboxReplyResolution::Sent => {
            ReplyResolution::Sent { remote_id, url: input.url.map(|url| url.0.into()) }
        }
        InboxReplyResolution::SendAgain => ReplyResolution::SendAgain,
        InboxReplyResolution::GiveUp => ReplyResolution::GiveUp,
    })
}
