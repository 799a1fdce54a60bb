//! Replies whose outcome a user has to settle.

use super::messages::{Inbox, ReplyQueued};
use crate::context::{Committed, Context, FirstResult, MutationKey, ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{InboxReplyId, WorkspaceId};
use fanfare_domain::inbox::ReplyResolution;
use fanfare_domain::user_error::UserError;
use std::sync::Arc;

/// The input's field that names the reply.
const REPLY: &str = "replyId";

impl Inbox {
    /// Settles a reply that needs a review: a user has looked at the platform. What is to be sent again must be
    /// something that the account could send now.
    pub async fn resolve_reply(
        &self,
        actor: &Actor,
        id: InboxReplyId,
        resolution: ReplyResolution,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<ReplyQueued>> {
        let workspace = self.places.workspace_of(actor, id).await.map_err(no_reply)?;
        self.context.authorize(actor, workspace, Action::AnswerInbox).await?;
        let by = EventActor::from(actor);
        let again = |first: FirstResult| async move { Ok(InboxReplyId(first.row("reply_id")?)) };
        let first = |key| async move {
            if resolution == ReplyResolution::SendAgain {
                self.check_again(workspace, id).await.map_err(about_reply)?;
            }
            let resolve = |context: Arc<Context>| async move {
                let now = context.clock.now();
                context.db.inbox_replies().resolve((workspace, id), resolution, by, key, now).await
            };
            Ok(self.context.command(workspace, resolve).await.map_err(no_reply)?.map(|()| id))
        };
        let committed = self.context.idempotent(key, (workspace, actor.user_id), again, first).await?;
        committed.read(|reply| self.queued(workspace, reply)).await
    }

    async fn check_again(&self, workspace: WorkspaceId, id: InboxReplyId) -> ServiceResult<()> {
        let ReplyQueued { message, reply } = self.queued(workspace, id).await?;
        if !reply.needs_review() {
            // The command says so, and decides under its lock.
            return Ok(());
        }
        let account = self.accounts.own(workspace, message.account_id).await?;
        self.check_reply(&message, &account, &reply.text)
    }
}

/// Names the input's field where the reply is not there.
fn no_reply(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::NotFound => UserError::not_found(REPLY, "reply").into(),
        error => error,
    }
}

/// Names the input's field in what is wrong with the reply.
fn about_reply(error: ServiceError) -> ServiceError {
    match no_reply(error) {
        ServiceError::User(errors) => {
            let named = errors.into_iter().map(|it| UserError::new(it.code, REPLY, it.message));
            ServiceError::User(named.collect())
        }
        error => error,
    }
}
