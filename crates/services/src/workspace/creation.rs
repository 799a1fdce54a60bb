//! New workspaces.

use super::workspaces::Workspaces;
use crate::context::{Committed, Context, FirstResult, MutationKey, ServiceError, ServiceResult, refuse};
use crate::session::checked_name;
use chrono_tz::Tz;
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::event::EventActor;
use fanfare_domain::id::WorkspaceId;
use fanfare_storage::rows::{NewWorkspace, Workspace};
use std::sync::Arc;

/// A workspace to make.
#[derive(Clone, Debug)]
pub struct WorkspaceDraft {
    /// 1 to 100 characters, without the spaces around them.
    pub name: String,
    pub time_zone: Tz,
}

impl Workspaces {
    /// Makes a workspace that the actor, who is signed in with a session, owns.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for an API key, which belongs to one workspace; `QUOTA_EXCEEDED` where the user belongs
    /// to, or owns, as many as they may.
    pub async fn create(
        &self,
        actor: &Actor,
        draft: WorkspaceDraft,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<Workspace>> {
        if matches!(actor.credential, Credential::ApiKey(_)) {
            let words = "An API key cannot create a workspace; sign in with the password.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        let by = EventActor::from(actor);
        let again = |first: FirstResult| async move {
            // The user may have left it since.
            self.get(actor, WorkspaceId(first.row("workspace_id")?)).await
        };
        let first = |key| async move {
            let mut errors = Vec::new();
            let name = checked_name(&draft.name, "name", &mut errors);
            refuse(errors)?;
            let create = |context: Arc<Context>| async move {
                let (now, quota) = (context.clock.now(), context.options.workspace_quota);
                let new =
                    NewWorkspace { name, time_zone: draft.time_zone.name().to_owned(), created_at: now };
                let (workspace, seq) = context.db.workspaces().create(new, by, quota, key, now).await?;
                let id = workspace.id;
                tracing::info!(user.id = %by.user_id, workspace.id = %id, "workspace created");
                Ok((workspace, Some(id), vec![(id, seq)]))
            };
            self.context.command_anywhere(create).await
        };
        self.context.idempotent(key, (actor.default_workspace, actor.user_id), again, first).await
    }
}
