//! Settings of workspaces.

use crate::context::{Committed, Context, ServiceResult};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::settings::{SettingsPatch, WorkspaceSettings};
use std::sync::Arc;

/// The service of settings.
#[derive(Clone)]
pub struct Settings {
    context: Arc<Context>,
}

impl Settings {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// The settings of a workspace.
    pub async fn get(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<WorkspaceSettings> {
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.context.db.settings().of(workspace).await?)
    }

    /// Changes the settings of the expected revision.
    pub async fn update(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        expected: ExpectedRevision,
        patch: SettingsPatch,
    ) -> ServiceResult<Committed<WorkspaceSettings>> {
        self.context.authorize(actor, workspace, Action::ManageSettings).await?;
        let by = EventActor::from(actor);
        let update = |context: Arc<Context>| async move {
            context.db.settings().update(workspace, expected, patch, by, context.clock.now()).await
        };
        self.context.command(workspace, update).await
    }
}
