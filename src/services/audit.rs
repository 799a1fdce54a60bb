//! Who changed what, when and from where.

use super::{ServiceResult, Services};
use crate::auth::Action;
use crate::db::db_read;
use crate::db::page::{AuditFilter, Window};
use crate::db::rows::{AuditRow, User};
use crate::domain::actor::Actor;
use crate::domain::id::WorkspaceId;

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
        Ok(db_read!(&self.db, audit::page(workspace, filter, window))?)
    }

    /// How many entries a filter finds.
    pub async fn count_audit_log(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &AuditFilter,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadAudit).await?;
        Ok(db_read!(&self.db, audit::count(workspace, filter))?)
    }
}
