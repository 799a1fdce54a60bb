//! The inbox: what people said to the accounts, who has dealt with it, and what is answered.

use crate::account::Accounts;
use crate::context::{
    Committed, Context, FirstResult, List, Listed, MutationKey, Order, Query, ServiceError, ServiceResult,
    Window, shared,
};
use crate::place::Places;
use fanfare_auth::Action;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{AccountId, InboxMessageId, InboxReplyId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessage, ReplyState};
use fanfare_domain::noun::Noun;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_platform_api::Registry;
use fanfare_storage::page::InboxFilter;
use fanfare_storage::rows::{InboxReply, NewInboxReply, ShownAccount};
use std::sync::Arc;

const LONGEST_SEARCH: usize = 200;
/// Messages that one transaction marks as read.
const MARKED_AT_ONCE: usize = 500;

/// A reply that is queued, or was by an earlier use of its key.
pub struct ReplyQueued {
    pub message: InboxMessage,
    pub reply: InboxReply,
}

/// The service of the inbox.
#[derive(Clone)]
pub struct Inbox {
    pub(super) context: Arc<Context>,
    pub(super) places: Places,
    pub(super) accounts: Accounts,
    registry: Registry,
}

impl Inbox {
    pub(crate) fn new(
        context: &Arc<Context>,
        places: &Places,
        accounts: &Accounts,
        registry: &Registry,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            places: places.clone(),
            accounts: accounts.clone(),
            registry: registry.clone(),
        }
    }

    /// The messages of a workspace in an order, by the time at which the network got them.
    pub fn list(&self, query: Query<(InboxFilter, Order)>) -> Listed<Self, (InboxFilter, Order)> {
        Listed { service: self.clone(), query }
    }

    /// Messages by id, for those who may read the workspace.
    pub async fn by_ids(
        &self,
        workspace: WorkspaceId,
        ids: &[InboxMessageId],
    ) -> ServiceResult<Vec<InboxMessage>> {
        Ok(self.context.db.inbox().by_ids(workspace, ids).await?)
    }

    /// What messages answer, as far as that is in the inbox.
    pub async fn parents_of(
        &self,
        workspace: WorkspaceId,
        ids: &[InboxMessageId],
    ) -> ServiceResult<Vec<(InboxMessageId, InboxMessage)>> {
        Ok(self.context.db.inbox().parents_of(workspace, ids).await?)
    }

    /// Replies by id, for those who may read the workspace.
    pub async fn replies(
        &self,
        workspace: WorkspaceId,
        ids: &[InboxReplyId],
    ) -> ServiceResult<Vec<InboxReply>> {
        Ok(self.context.db.inbox_replies().by_ids(workspace, ids).await?)
    }

    /// The replies to messages, oldest first.
    pub async fn replies_to(
        &self,
        workspace: WorkspaceId,
        ids: &[InboxMessageId],
    ) -> ServiceResult<Vec<InboxReply>> {
        Ok(self.context.db.inbox_replies().of_messages(workspace, ids).await?)
    }

    /// Marks a message as read, or as unread again. One that was replied to stays so.
    pub async fn mark_read(
        &self,
        actor: &Actor,
        id: InboxMessageId,
        read: bool,
    ) -> ServiceResult<Committed<InboxMessage>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::MarkInbox).await?;
        let by = EventActor::from(actor);
        let mark = |context: Arc<Context>| async move {
            context.db.inbox().set_read(workspace, id, read, by, context.clock.now()).await
        };
        self.context.command(workspace, mark).await
    }

    /// Marks every unread message as read, of all accounts or of one; answers how many there were.
    pub async fn mark_all_read(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        account: Option<AccountId>,
    ) -> ServiceResult<Committed<usize>> {
        self.context.authorize(actor, workspace, Action::MarkInbox).await?;
        if let Some(account) = account {
            self.accounts.own(workspace, account).await?;
        }
        let by = EventActor::from(actor);
        let mark = |context: Arc<Context>| async move {
            let (mut marked, limit) = (0, i64::try_from(MARKED_AT_ONCE).unwrap_or(1));
            loop {
                let now = context.clock.now();
                let (count, seq) = context.db.inbox().mark_read(workspace, account, limit, by, now).await?;
                marked += count;
                if count < MARKED_AT_ONCE {
                    return ServiceResult::Ok((marked, seq));
                }
                // Each part is a transaction of its own, which the next one may fail to follow.
                context.hub.committed(workspace, seq);
            }
        };
        self.context.command(workspace, mark).await
    }

    /// Queues a reply; a worker sends it. The message becomes `replied` once the network has taken it.
    pub async fn reply(
        &self,
        actor: &Actor,
        id: InboxMessageId,
        text: &str,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<ReplyQueued>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::AnswerInbox).await?;
        let by = EventActor::from(actor);
        let again = |first: FirstResult| async move { Ok(InboxReplyId(first.row("reply_id")?)) };
        let first = |key| async move {
            let new = self.new_reply(actor, workspace, id, text.trim()).await?;
            let create = |context: Arc<Context>| async move {
                context.db.inbox_replies().create(new, by, key, context.clock.now()).await
            };
            self.context.command(workspace, create).await
        };
        let committed = self.context.idempotent(key, (workspace, actor.user_id), again, first).await?;
        committed.read(|reply| self.queued(workspace, reply)).await
    }

    async fn new_reply(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: InboxMessageId,
        text: &str,
    ) -> ServiceResult<NewInboxReply> {
        let message = self.by_ids(workspace, &[id]).await?.pop().ok_or(ServiceError::NotFound)?;
        let account = self.accounts.own(workspace, message.account_id).await?;
        self.check_reply(&message, &account, text)?;
        let now = self.context.clock.now();
        Ok(NewInboxReply {
            workspace_id: workspace,
            message_id: id,
            account_id: account.id,
            platform: account.platform,
            author_id: Some(actor.user_id),
            text: text.to_owned(),
            state: ReplyState::Queued,
            run_at: now,
            attempts: 0,
            lease_token: 0,
            created_at: now,
            automatic: false,
        })
    }

    pub(super) async fn queued(
        &self,
        workspace: WorkspaceId,
        id: InboxReplyId,
    ) -> ServiceResult<ReplyQueued> {
        let reply = self.replies(workspace, &[id]).await?.pop().ok_or(ServiceError::NotFound)?;
        let message = self.by_ids(workspace, &[reply.message_id]).await?.pop();
        Ok(ReplyQueued { message: message.ok_or(ServiceError::NotFound)?, reply })
    }

    /// What the network, or the account's state, would refuse.
    pub(super) fn check_reply(
        &self,
        message: &InboxMessage,
        account: &ShownAccount,
        text: &str,
    ) -> ServiceResult<()> {
        let refuse = |code, field: &str, words: String| Err(UserError::new(code, field, words).into());
        if text.is_empty() {
            return refuse(UserErrorCode::Required, "text", "Write something.".to_owned());
        }
        if text.contains('\0') {
            return refuse(UserErrorCode::Invalid, "text", "A text cannot hold NUL.".to_owned());
        }
        if account.status != AccountStatus::Active {
            let words = format!("The account {} cannot answer; reconnect it first.", account.name);
            return refuse(UserErrorCode::AccountNotActive, "id", words);
        }
        let Some(inbox) = self.registry.inbox(account.platform) else {
            let words = format!("This server cannot answer on {}.", account.platform.display_name());
            return refuse(UserErrorCode::AccountPlatformUnavailable, "id", words);
        };
        match inbox.refuses_reply(message.kind, text) {
            Some(words) => refuse(UserErrorCode::InboxReplyRejectedByRules, "text", words),
            None => Ok(()),
        }
    }
}

impl List for Listed<Inbox, (InboxFilter, Order)> {
    type Row = Arc<InboxMessage>;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Arc<InboxMessage>>> {
        let (context, query) = (&self.service.context, &self.query);
        let (filter, order) = &query.filter;
        searchable(filter)?;
        let page = shared(context.db.inbox().page(query.workspace, filter, *order, window));
        context.listed(query, (&[Noun::Inbox], "inbox.page"), &(filter, order, window), page).await
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        let (filter, _) = &query.filter;
        searchable(filter)?;
        let count = context.db.inbox().count(query.workspace, filter);
        context.listed(query, (&[Noun::Inbox], "inbox.count"), filter, count).await
    }
}

fn searchable(filter: &InboxFilter) -> ServiceResult<()> {
    for (name, text) in [("query", &filter.text), ("sender", &filter.sender)] {
        let text = text.as_deref().unwrap_or_default();
        if text.chars().count() > LONGEST_SEARCH || text.contains('\0') {
            let words = format!("Search for at most {LONGEST_SEARCH} characters, without NUL.");
            let mut error = UserError::new(UserErrorCode::Invalid, "", words);
            error.path = vec!["filter".to_owned(), name.to_owned()];
            return Err(error.into());
        }
    }
    Ok(())
}
