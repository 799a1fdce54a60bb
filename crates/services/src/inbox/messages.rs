//! The inbox: what people said to the accounts, who has dealt with it, and what is answered.

use crate::context::{Freshness, Keyed, MutationKey, Read};
use crate::{ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::Action;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{AccountId, InboxMessageId, InboxReplyId, WorkspaceId};
use fanfare_domain::inbox::ReplyState;
use fanfare_domain::noun::Noun;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::page::{InboxFilter, Order, Window};
use fanfare_storage::rows::{Account, InboxMessage, InboxReply, NewInboxReply};
use std::sync::Arc;

const LONGEST_SEARCH: usize = 200;
/// Messages that one transaction marks as read.
const MARKED_AT_ONCE: usize = 500;

/// A reply that is queued, or was by an earlier use of its key.
pub struct ReplyQueued {
    pub message: InboxMessage,
    pub reply: InboxReply,
    /// How far the log is after it.
    pub seq: Seq,
}

impl Services {
    /// A window of the messages, by the time at which the network got them.
    pub async fn list_inbox(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &InboxFilter,
        order: Order,
        window: &Window,
        fresh: Freshness,
    ) -> ServiceResult<Vec<InboxMessage>> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        searchable(filter)?;
        let question = &(filter, order, window);
        let read = Read { workspace, fresh, about: &[Noun::Inbox], name: "inbox.page", question };
        let page = async { self.db.inbox().page(workspace, filter, order, window).await };
        Ok(Arc::unwrap_or_clone(self.cached(read, page).await?))
    }

    /// How many messages a filter finds.
    pub async fn count_inbox(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &InboxFilter,
        fresh: Freshness,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        searchable(filter)?;
        let read = Read { workspace, fresh, about: &[Noun::Inbox], name: "inbox.count", question: filter };
        let count = async { self.db.inbox().count(workspace, filter).await };
        Ok(*self.cached(read, count).await?)
    }

    /// Marks a message as read, or as unread again. One that was replied to stays so.
    pub async fn mark_message_read(
        self: &Arc<Self>,
        actor: &Actor,
        id: InboxMessageId,
        read: bool,
    ) -> ServiceResult<(InboxMessage, Seq)> {
        let workspace = self.workspace_of_inbox_message(actor, id).await?;
        self.authorize(actor, workspace, Action::MarkInbox).await?;
        let (by, now, services) = (EventActor::from(actor), self.clock.now(), Arc::clone(self));
        uncancelled(async move {
            let (message, seq) = services.db.inbox().set_read(workspace, id, read, by, now).await?;
            services.hub.committed(workspace, seq);
            Ok((message, seq))
        })
        .await
    }

    /// Marks every unread message as read, of all accounts or of one; answers how many there were.
    pub async fn mark_inbox_read(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        account: Option<AccountId>,
    ) -> ServiceResult<(usize, Seq)> {
        self.authorize(actor, workspace, Action::MarkInbox).await?;
        if let Some(account) = account {
            self.own_account(workspace, account).await?;
        }
        let (by, services) = (EventActor::from(actor), Arc::clone(self));
        uncancelled(async move {
            let mut marked = 0;
            loop {
                let (now, limit) = (services.clock.now(), i64::try_from(MARKED_AT_ONCE).unwrap_or(1));
                let (count, seq) = services.db.inbox().mark_read(workspace, account, limit, by, now).await?;
                services.hub.committed(workspace, seq);
                marked += count;
                if count < MARKED_AT_ONCE {
                    return Ok((marked, seq));
                }
            }
        })
        .await
    }

    /// Queues a reply; a worker sends it. The message becomes `replied` once the network has taken it.
    pub async fn reply_to_message(
        self: &Arc<Self>,
        actor: &Actor,
        id: InboxMessageId,
        text: &str,
        key: Option<MutationKey>,
    ) -> ServiceResult<ReplyQueued> {
        let workspace = self.workspace_of_inbox_message(actor, id).await?;
        self.authorize(actor, workspace, Action::AnswerInbox).await?;
        let now = self.clock.now();
        let key = match self.look_up_key(key, workspace, actor.user_id, now).await? {
            Keyed::Replay(result) => {
                let reply = result.get("reply_id").and_then(serde_json::Value::as_i64).map(InboxReplyId);
                let seq = self.db.events().last_seq(workspace).await?;
                return self.queued(workspace, reply.ok_or(ServiceError::NotFound)?, seq).await;
            }
            Keyed::Run(key) => key,
        };
        let message = self.db.inbox().by_ids(workspace, &[id]).await?.pop();
        let message = message.ok_or(ServiceError::NotFound)?;
        let account = self.own_account(workspace, message.account_id).await?;
        let text = text.trim();
        self.check_reply(&message, &account, text)?;
        let new = NewInboxReply {
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
        };
        let services = Arc::clone(self);
        let by = EventActor::from(actor);
        uncancelled(async move {
            let (reply, seq) = services.db.inbox_replies().create(new, by, key, now).await?;
            services.hub.committed(workspace, seq);
            services.queued(workspace, reply, seq).await
        })
        .await
    }

    async fn queued(&self, workspace: WorkspaceId, id: InboxReplyId, seq: Seq) -> ServiceResult<ReplyQueued> {
        let reply = self.db.inbox_replies().by_ids(workspace, &[id]).await?.pop();
        let reply = reply.ok_or(ServiceError::NotFound)?;
        let message = self.db.inbox().by_ids(workspace, &[reply.message_id]).await?.pop();
        Ok(ReplyQueued { message: message.ok_or(ServiceError::NotFound)?, reply, seq })
    }

    /// What the network, or the account's state, would refuse.
    fn check_reply(&self, message: &InboxMessage, account: &Account, text: &str) -> ServiceResult<()> {
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
