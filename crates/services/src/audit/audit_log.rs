//! Who changed what, when and from where.

use crate::{ServiceResult, Services};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::WorkspaceId;
use fanfare_storage::page::{AuditFilter, Window};
use fanfare_storage::rows::{AuditRow, User};

impl Services {
    /// A window of a workspace's log, newest first, each entry with its person.
    pub async fn audit_log(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &AuditFilter,
        window: &Window,
    ) -> ServiceResult<Vec<(AuditRow, Option<User>)>> {
        self.authorize(actor, workspace, Action::ReadAudit).await?;
        Ok(self.db.audit().page(workspace, filter, window).await?)
    }

    /// How many entries a filter finds.
    pub async fn count_audit_log(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &AuditFilter,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadAudit).await?;
        Ok(self.db.audit().count(workspace, filter).await?)
    }
}
