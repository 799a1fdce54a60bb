//! Workspaces and their members.

use crate::{ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::Action;
use fanfare_domain::actor::{Actor, Role};
use fanfare_domain::email::Email;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::page::Window;
use fanfare_storage::rows::{Member, OwnWorkspace, Workspace};
use std::sync::Arc;

impl Services {
    /// A workspace that the actor belongs to.
    pub async fn workspace(&self, actor: &Actor, id: WorkspaceId) -> ServiceResult<Workspace> {
        self.authorize(actor, id, Action::ReadWorkspace).await?;
        let found = self.db.workspaces().by_ids(&[id]).await?.pop();
        found.ok_or(ServiceError::NotFound)
    }

    /// A window of the workspaces of the actor, the default one first; of an API key, its own.
    pub async fn own_workspaces(&self, actor: &Actor, window: &Window) -> ServiceResult<Vec<OwnWorkspace>> {
        let only = actor.grant().map(|grant| grant.workspace_id);
        Ok(self.db.workspaces().of_user(actor.user_id, only, window).await?)
    }

    pub async fn count_own_workspaces(&self, actor: &Actor) -> ServiceResult<i64> {
        let only = actor.grant().map(|grant| grant.workspace_id);
        Ok(self.db.workspaces().count_of_user(actor.user_id, only).await?)
    }

    /// A window of the members, the longest-standing first.
    pub async fn members(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        window: &Window,
    ) -> ServiceResult<Vec<Member>> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.members().page(workspace, window).await?)
    }

    pub async fn count_members(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        Ok(self.db.members().count(workspace).await?)
    }

    /// Adds a person who has registered here.
    pub async fn add_member(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        email: &str,
        role: Role,
    ) -> ServiceResult<(Member, Seq)> {
        self.authorize(actor, workspace, Action::ManageMembers).await?;
        let email = Email::parse(email).ok_or_else(|| {
            let words = "Give an e-mail address, such as ada@example.com.";
            UserError::new(UserErrorCode::Invalid, "email", words)
        })?;
        let (services, actor) = (Arc::clone(self), EventActor::from(actor));
        uncancelled(async move {
            let now = services.clock.now();
            let (member, seq) = services.db.members().add(workspace, email.key, role, actor, now).await?;
            services.role_changed(workspace, member.user.id, seq).await;
            Ok((member, seq))
        })
        .await
    }

    pub async fn set_member_role(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        user: UserId,
        role: Role,
    ) -> ServiceResult<(Member, Seq)> {
        self.authorize(actor, workspace, Action::ManageMembers).await?;
        let (services, actor) = (Arc::clone(self), EventActor::from(actor));
        uncancelled(async move {
            let now = services.clock.now();
            let (member, seq) = services.db.members().set_role(workspace, user, role, actor, now).await?;
            services.role_changed(workspace, user, seq).await;
            Ok((member, seq))
        })
        .await
    }

    /// Takes a person out of a workspace; anybody may take himself out.
    pub async fn remove_member(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        user: UserId,
    ) -> ServiceResult<Seq> {
        let needed = if user == actor.user_id { Action::LeaveWorkspace } else { Action::ManageMembers };
        self.authorize(actor, workspace, needed).await?;
        let (services, actor) = (Arc::clone(self), EventActor::from(actor));
        uncancelled(async move {
            let now = services.clock.now();
            let seq = services.db.members().remove(workspace, user, actor, now).await?;
            services.role_changed(workspace, user, seq).await;
            Ok(seq)
        })
        .await
    }

    async fn role_changed(&self, workspace: WorkspaceId, user: UserId, seq: Seq) {
        self.access.forget_role(workspace, user).await;
        self.hub.committed(workspace, seq);
    }
}
