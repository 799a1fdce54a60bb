//! Who changed what, when and from where.

use crate::context::{Context, List, Listed, Query, ServiceResult, Window};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{ActivityKind, LogReader, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_storage::page::AuditFilter;
use fanfare_storage::rows::{AuditRow, User};
use std::sync::Arc;

/// The service of the audit log.
#[derive(Clone)]
pub struct AuditLog {
    context: Arc<Context>,
}

impl AuditLog {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Entries by their positions, each with its user, whoever may see them: [`AuditLog::may_see`] decides.
    pub async fn by_seqs(
        &self,
        workspace: WorkspaceId,
        seqs: &[Seq],
    ) -> ServiceResult<Vec<(AuditRow, Option<User>)>> {
        Ok(self.context.db.audit().by_seqs(workspace, seqs).await?)
    }

    /// Whether the list of entries shows an entry to the actor.
    pub async fn may_see(&self, actor: &Actor, entry: &AuditRow) -> ServiceResult<bool> {
        let event = &entry.event;
        // Who may read the audit reads what happened to every key.
        let reader = LogReader::new(actor, true);
        let is_listed =
            event.kind != ActivityKind::MetricsUpdated && reader.sees_kind(event.kind, event.user_id);
        Ok(is_listed && self.context.is_allowed(actor, event.workspace_id, Action::ReadAudit).await?)
    }

    /// The entries of a workspace's log, newest first, each with its user.
    pub fn list(&self, query: Query<AuditFilter>) -> Listed<Self, AuditFilter> {
        Listed { service: self.clone(), query }
    }
}

impl List for Listed<AuditLog, AuditFilter> {
    type Row = (AuditRow, Option<User>);

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Self::Row>> {
        let (context, query) = (&self.service.context, &self.query);
        context.authorize(&query.actor, query.workspace, Action::ReadAudit).await?;
        Ok(context.db.audit().page(query.workspace, reader(&query.actor), &query.filter, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        context.authorize(&query.actor, query.workspace, Action::ReadAudit).await?;
        Ok(context.db.audit().count(query.workspace, reader(&query.actor), &query.filter).await?)
    }
}

/// Who reads about their own sign-in; a program that holds a key of theirs does not.
fn reader(actor: &Actor) -> Option<UserId> {
    actor.grant().is_none().then_some(actor.user_id)
}
