//! Workspaces and their members.

use crate::context::{Committed, Context, List, Listed, Query, ServiceError, ServiceResult, Window};
use chrono_tz::Tz;
use fanfare_auth::Action;
use fanfare_domain::actor::{Actor, Role};
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::quota::{PostQuota, WorkspaceUsage};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_storage::rows::{Member, OwnWorkspace, Workspace};
use std::sync::Arc;

/// The service of workspaces.
#[derive(Clone)]
pub struct Workspaces {
    pub(super) context: Arc<Context>,
}

/// What a workspace uses of the server, with the limits.
#[derive(Clone, Copy, Debug)]
pub struct Used {
    pub usage: WorkspaceUsage,
    /// In bytes; `None`: no limit.
    pub storage_limit: Option<i64>,
    pub post_quota: PostQuota,
}

/// The list of a workspace's members.
#[derive(Clone, Copy, Debug)]
pub struct Members;

/// The list of the workspaces that a user belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Own;

impl Workspaces {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// A workspace that the actor belongs to.
    pub async fn get(&self, actor: &Actor, id: WorkspaceId) -> ServiceResult<Workspace> {
        self.context.authorize(actor, id, Action::ReadWorkspace).await?;
        self.by_ids(&[id]).await?.pop().ok_or(ServiceError::NotFound)
    }

    /// Workspaces by id, for those who may read them.
    pub async fn by_ids(&self, ids: &[WorkspaceId]) -> ServiceResult<Vec<Workspace>> {
        Ok(self.context.db.workspaces().by_ids(ids).await?)
    }

    /// The actor's role in a workspace. Not a member: [`ServiceError::NotFound`], as if there were no such workspace.
    pub async fn role(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<Role> {
        self.context.role(actor, workspace).await
    }

    /// What a workspace uses of the server, and what it may use.
    pub async fn usage(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<Used> {
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let usage = self.context.db.usage().of_workspace(workspace, self.context.clock.now()).await?;
        let options = &self.context.options;
        Ok(Used { usage, storage_limit: options.storage_per_workspace, post_quota: options.post_quota })
    }

    /// The time zone of a workspace's days.
    pub(crate) async fn zone_of(&self, workspace: WorkspaceId) -> ServiceResult<Tz> {
        let row = self.by_ids(&[workspace]).await?.pop().ok_or(ServiceError::NotFound)?;
        Ok(row.time_zone.parse().unwrap_or(chrono_tz::UTC))
    }

    /// The workspaces of the actor, the default one first; of an API key, its own.
    pub fn own(&self, query: Query<Own>) -> Listed<Self, Own> {
        Listed { service: self.clone(), query }
    }

    /// The members of a workspace, the longest-standing first.
    pub fn members(&self, query: Query<Members>) -> Listed<Self, Members> {
        Listed { service: self.clone(), query }
    }

    /// Members by the ids of their users, for those who may read the workspace.
    pub async fn members_by_ids(
        &self,
        workspace: WorkspaceId,
        users: &[UserId],
    ) -> ServiceResult<Vec<Member>> {
        Ok(self.context.db.members().by_ids(workspace, users).await?)
    }

    /// Whether the actor may read a workspace.
    pub async fn may_read(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<bool> {
        self.context.is_allowed(actor, workspace, Action::ReadWorkspace).await
    }

    /// One of the members, for those who may manage them.
    pub async fn member(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        member: UserId,
    ) -> ServiceResult<Option<Member>> {
        self.context.authorize(actor, workspace, Action::ManageMembers).await?;
        Ok(self.context.db.members().of(workspace, member).await?)
    }

    /// Changes the role of a member whose membership has the expected revision.
    pub async fn set_member_role(
        &self,
        actor: &Actor,
        (workspace, member): (WorkspaceId, UserId),
        expected: ExpectedRevision,
        role: Role,
    ) -> ServiceResult<Committed<Member>> {
        self.context.authorize(actor, workspace, Action::ManageMembers).await?;
        let by = EventActor::from(actor);
        let set = |context: Arc<Context>| async move {
            let now = context.clock.now();
            let changed = context.db.members().set_role((workspace, member), expected, role, by, now).await?;
            context.access.forget_role(workspace, member).await;
            ServiceResult::Ok(changed)
        };
        self.context.command(workspace, set).await
    }

    /// Removes a member from a workspace; anyone may leave.
    pub async fn remove_member(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        member: UserId,
    ) -> ServiceResult<Committed<()>> {
        let by = EventActor::from(actor);
        let needed = if member == actor.user_id { Action::LeaveWorkspace } else { Action::ManageMembers };
        self.context.authorize(actor, workspace, needed).await?;
        let remove = |context: Arc<Context>| async move {
            let now = context.clock.now();
            let seq = context.db.members().remove(workspace, member, by, now).await?;
            context.access.forget_role(workspace, member).await;
            ServiceResult::Ok(seq)
        };
        self.context.command(workspace, remove).await
    }
}

impl List for Listed<Workspaces, Own> {
    type Row = OwnWorkspace;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<OwnWorkspace>> {
        let actor = &self.query.actor;
        let only = actor.grant().map(|grant| grant.workspace_id);
        Ok(self.service.context.db.workspaces().of_user(actor.user_id, only, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let actor = &self.query.actor;
        let only = actor.grant().map(|grant| grant.workspace_id);
        Ok(self.service.context.db.workspaces().count_of_user(actor.user_id, only).await?)
    }
}

impl List for Listed<Workspaces, Members> {
    type Row = Member;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Member>> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.members().page(query.workspace, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        context.may_read(query).await?;
        Ok(context.db.members().count(query.workspace).await?)
    }
}
