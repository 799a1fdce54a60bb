//! Workspaces and their members.

use super::contents::WorkspaceContents;
use super::usage::WorkspaceUsage;
use crate::connection::{Edge as _, Keyed, PageArgs, connection};
use crate::event::ActivityEvent;
use crate::invitation::{Invitation, InvitationConnection};
use crate::person::User;
use crate::request::{
    ContextExt, UserError, committed, is_conflict, mutation_key, top_level, workspace_of_input,
};
use crate::scalars::{BigInt, DateTime, GlobalId, NaturalId, TimeZone};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use fanfare_domain::actor::{Actor, Role};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_query_limits::directives::field_cost;
use fanfare_services::invitation::Pending;
use fanfare_services::workspace::{self as rows, Members, WorkspaceDraft};
use fanfare_services::{Query, ServiceError};
use std::sync::Arc;

/// A team's space. Posts, accounts and media belong to one; only its members see them.
#[derive(Clone)]
pub struct Workspace {
    row: Arc<rows::Workspace>,
    /// Who sees it.
    actor: Actor,
    /// The user's role, where it has been read already.
    role: Option<Role>,
}

impl Workspace {
    /// A workspace that `actor` is known to belong to.
    pub fn new(row: Arc<rows::Workspace>, actor: Actor) -> Self {
        Self { row, actor, role: None }
    }

    /// One of the actor's own, whose role in it was read with it.
    pub fn own(own: rows::OwnWorkspace, actor: &Actor) -> Self {
        Self { row: Arc::new(own.workspace), actor: actor.clone(), role: Some(own.role) }
    }

    /// The workspace of an object that the caller is known to be allowed to see.
    pub async fn of(ctx: &Context<'_>, id: WorkspaceId) -> async_graphql::Result<Self> {
        let row = ctx.loaders()?.workspace(id, id).await?;
        let row = row.ok_or_else(|| top_level(ServiceError::NotFound))?;
        Ok(Self::new(row, ctx.actor()?.clone()))
    }

    /// `None` if `actor` does not belong to it.
    pub async fn find(
        ctx: &Context<'_>,
        actor: &Actor,
        id: WorkspaceId,
    ) -> async_graphql::Result<Option<Self>> {
        match Box::pin(ctx.services()?.workspaces().get(actor, id)).await {
            Ok(row) => Ok(Some(Self::new(Arc::new(row), actor.clone()))),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(top_level(error)),
        }
    }
}

/// A team's space. Posts, accounts and media belong to one; only its members see them.
#[Object(crate = "crate::execution")]
impl Workspace {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.row.id.global()
    }
    /// The row's number, which REST and exports show.
    async fn database_id(&self) -> BigInt {
        BigInt(self.row.id.0)
    }
    /// 1 to 100 characters.
    async fn name(&self) -> &str {
        &self.row.name
    }
    /// Local times and reports follow it.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.row.time_zone.parse().unwrap_or(chrono_tz::UTC))
    }
    /// What who asks may do here.
    async fn role(&self, ctx: &Context<'_>) -> async_graphql::Result<Role> {
        if let Some(role) = self.role {
            return Ok(role);
        }
        let asked = ctx.services()?.workspaces();
        Box::pin(asked.role(&self.actor, self.row.id)).await.map_err(top_level)
    }
    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.row.created_at.into()
    }
    /// The cursor of its newest event. Ask for it before, or together with, what you show, and subscribe `after` it:
    /// nothing falls in between.
    async fn cursor(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        let asked = ctx.services()?.events();
        Ok(Box::pin(asked.newest_cursor(self.row.id)).await.map_err(top_level)?.encode())
    }
    /// The newest events of its log, oldest first. The caller sees the same events as in the subscription `activity`.
    /// Subscribe `after` the cursor of the last one: nothing falls in between.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many events, 1 to 200.", default = 50)] last: i32,
    ) -> async_graphql::Result<Vec<ActivityEvent>> {
        let asked = ctx.services()?.events();
        let events = Box::pin(asked.latest(&self.actor, self.row.id, last)).await.map_err(top_level)?;
        Ok(events.into_iter().map(|event| ActivityEvent(Arc::new(event))).collect())
    }
    /// Who belongs to it, the longest-standing first.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<WorkspaceMemberConnection> {
        let actor = self.actor.clone();
        let query = Query { actor, workspace: self.row.id, filter: Members, fresh: ctx.fresh()? };
        let page = PageArgs { first, after, last, before, offset: None };
        let members = ctx.services()?.workspaces().members(query);
        WorkspaceMemberConnection::of(members, &page, WorkspaceMember::from).await
    }
    /// What it uses of the server, and how much it may use. Null, with an error, where the caller may not read it.
    // The sizes of all files are added up.
    #[graphql(directive = field_cost::apply(10))]
    async fn usage(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<WorkspaceUsage>> {
        let asked = ctx.services()?.workspaces();
        let used = Box::pin(asked.usage(&self.actor, self.row.id)).await.map_err(top_level)?;
        Ok(Some(used.into()))
    }
    /// The pending invitations, the newest first. Requires the ADMIN role; null, with an error, without it.
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<InvitationConnection>> {
        let actor = self.actor.clone();
        let query = Query { actor, workspace: self.row.id, filter: Pending, fresh: ctx.fresh()? };
        let page = PageArgs { first, after, last, before, offset: None };
        InvitationConnection::of(ctx.services()?.invitations().list(query), &page, Invitation).await.map(Some)
    }
    #[graphql(flatten)]
    async fn contents(&self) -> WorkspaceContents {
        WorkspaceContents(self.row.id)
    }
}

connection!(WorkspaceConnection, WorkspaceEdge, Workspace, "workspaces");

impl Keyed for rows::OwnWorkspace {
    fn key(&self) -> (Timestamp, i64) {
        (self.member_since, self.workspace.id.0)
    }
}

/// A person's place in a workspace.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct WorkspaceMember {
    /// Opaque, unique among all objects.
    #[graphql(owned)]
    pub id: ID,
    /// The person.
    pub user: User,
    /// What the member may do.
    pub role: Role,
    /// Since when the member has belonged to the workspace.
    pub created_at: DateTime,
    /// Rises with each change of the role, from 1; `expectedRevision` of an update.
    pub revision: i32,
}

connection!(WorkspaceMemberConnection, WorkspaceMemberEdge, WorkspaceMember, "members");

impl Keyed for rows::Member {
    fn key(&self) -> (Timestamp, i64) {
        (self.membership.created_at, self.membership.user_id.0)
    }
}

impl From<rows::Member> for WorkspaceMember {
    fn from(row: rows::Member) -> Self {
        Self {
            id: NaturalId::Member(row.membership.workspace_id, row.membership.user_id).global(),
            user: User(Arc::new(row.user)),
            role: row.membership.role,
            created_at: row.membership.created_at.into(),
            revision: row.membership.revision,
        }
    }
}

/// Input of `createWorkspace`.
#[derive(Clone, Debug, InputObject)]
pub struct CreateWorkspaceInput {
    /// 1 to 100 characters.
    pub name: String,
    /// The time zone of its days and local times. Defaults to UTC.
    pub time_zone: Option<TimeZone>,
    /// 1 to 200 characters. The same key and input within 24 hours return the first workspace again.
    pub client_mutation_key: Option<String>,
}

/// Result of `createWorkspace`.
#[derive(SimpleObject)]
pub struct CreateWorkspacePayload {
    /// The workspace. Null if there are user errors.
    pub workspace: Option<Workspace>,
    /// The workspace as an edge of `viewer { workspaces }` in the default order. Null if there are user errors.
    pub workspace_edge: Option<WorkspaceEdge>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Whose role changes.
#[derive(InputObject)]
pub struct UpdateWorkspaceMemberInput {
    /// Absent: the default workspace.
    pub workspace_id: Option<ID>,
    /// The member.
    pub user_id: ID,
    /// The new role.
    pub role: Role,
    /// The revision that the change was written for: CONFLICT if the membership has another one. Defaults to any.
    pub expected_revision: Option<i32>,
}

/// Who is taken out.
#[derive(InputObject)]
pub struct RemoveWorkspaceMemberInput {
    /// Absent: the default workspace.
    pub workspace_id: Option<ID>,
    /// The member; callers may remove themselves.
    pub user_id: ID,
}

/// What `updateWorkspaceMember` gives.
#[derive(SimpleObject)]
pub struct UpdateWorkspaceMemberPayload {
    /// The updated member; on CONFLICT the member as it is now. Null with other errors.
    pub member: Option<WorkspaceMember>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `removeWorkspaceMember` gives.
#[derive(SimpleObject)]
pub struct RemoveWorkspaceMemberPayload {
    /// The person who was taken out; `null` where there are user errors.
    pub removed_user_id: Option<ID>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct WorkspaceMutation;

#[Object]
impl WorkspaceMutation {
    /// Creates a workspace that the caller owns. Requires a session. Refused with `QUOTA_EXCEEDED` if the caller belongs
    /// to, or owns, as many workspaces as the server allows.
    async fn create_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace to create.")] input: CreateWorkspaceInput,
    ) -> async_graphql::Result<CreateWorkspacePayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "createWorkspace", input.client_mutation_key.as_ref(), &input)?;
        let time_zone = input.time_zone.map_or(chrono_tz::UTC, |zone| zone.0);
        let draft = WorkspaceDraft { name: input.name, time_zone };
        let created = Box::pin(services.workspaces().create(actor, draft, key)).await;
        let (created, user_errors) = committed(ctx, created)?;
        let key = created.as_ref().map(|row| (row.created_at, row.id.0));
        let workspace = created.map(|row| Workspace::new(Arc::new(row), actor.clone()));
        let edge = key.zip(workspace.clone());
        let workspace_edge = edge.map(|(key, workspace)| WorkspaceEdge::new(key.into(), workspace));
        Ok(CreateWorkspacePayload { workspace, workspace_edge, user_errors })
    }

    /// Changes what a member may do. Needs the role admin; owners are unmade by owners only. Nobody is made an owner by
    /// it: a member becomes owner by accepting an invitation with that role.
    async fn update_workspace_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose role changes.")] input: UpdateWorkspaceMemberInput,
    ) -> async_graphql::Result<UpdateWorkspaceMemberPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let mut place = None;
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let named = (workspace, UserId::parse(&input.user_id, "userId")?);
            place = Some(named);
            let expected = ExpectedRevision(input.expected_revision);
            services.workspaces().set_member_role(actor, named, expected, input.role).await
        });
        let (changed, user_errors) = committed(ctx, outcome.await)?;
        let member = match (changed, place) {
            (None, Some((workspace, user))) if is_conflict(&user_errors) => {
                let newer = services.workspaces().member(actor, workspace, user);
                Box::pin(newer).await.map_err(top_level)?
            }
            (changed, _) => changed,
        };
        Ok(UpdateWorkspaceMemberPayload { member: member.map(WorkspaceMember::from), user_errors })
    }

    /// Removes a member from a workspace. Needs the role admin, for owners the role owner; members may remove
    /// themselves, but the last owner stays.
    async fn remove_workspace_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is taken out.")] input: RemoveWorkspaceMemberInput,
    ) -> async_graphql::Result<RemoveWorkspaceMemberPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let user = UserId::parse(&input.user_id, "userId")?;
            services.workspaces().remove_member(actor, workspace, user).await
        });
        let (removed, user_errors) = committed(ctx, outcome.await)?;
        Ok(RemoveWorkspaceMemberPayload { removed_user_id: removed.map(|()| input.user_id), user_errors })
    }
}
