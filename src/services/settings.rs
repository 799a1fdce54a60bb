//! Settings of workspaces.

use super::{ServiceResult, Services, uncancelled};
use crate::auth::Action;
use crate::db::{db_read, db_write};
use crate::domain::actor::Actor;
use crate::domain::event::Seq;
use crate::domain::id::WorkspaceId;
use crate::domain::settings::{SettingsChanges, WorkspaceSettings};
use std::sync::Arc;

impl Services {
    /// The settings of a workspace.
    pub async fn settings(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<WorkspaceSettings> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(db_read!(&self.db, settings::of(workspace))?)
    }

    /// Changes the settings.
    pub async fn update_settings(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        changes: SettingsChanges,
    ) -> ServiceResult<(WorkspaceSettings, Seq)> {
        self.authorize(actor, workspace, Action::ManageSettings).await?;
        let (user, now, services) = (actor.user_id, self.clock.now(), Arc::clone(self));
        uncancelled(async move {
            let (settings, seq) = db_write!(&services.db, settings::update(workspace, changes, user, now))?;
            services.hub.committed(workspace, seq);
            Ok((settings, seq))
        })
        .await
    }
}
