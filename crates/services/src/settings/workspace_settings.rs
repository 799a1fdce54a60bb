//! Settings of workspaces.

use crate::{ServiceResult, Services, uncancelled};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::settings::{SettingsChanges, WorkspaceSettings};
use std::sync::Arc;

impl Services {
    /// The settings of a workspace.
    pub async fn settings(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<WorkspaceSettings> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.settings().of(workspace).await?)
    }

    /// Changes the settings.
    pub async fn update_settings(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        changes: SettingsChanges,
    ) -> ServiceResult<(WorkspaceSettings, Seq)> {
        self.authorize(actor, workspace, Action::ManageSettings).await?;
        let (by, now, services) = (EventActor::from(actor), self.clock.now(), Arc::clone(self));
        uncancelled(async move {
            let (settings, seq) = services.db.settings().update(workspace, changes, by, now).await?;
            services.hub.committed(workspace, seq);
            Ok((settings, seq))
        })
        .await
    }
}
