//! Making, revoking and accepting invitations.

use super::object::{Invitation, InvitationEdge};
use crate::connection::Edge as _;
use crate::request::{ContextExt as _, UserError, committed, workspace_of_input};
use crate::scalars::{EmailAddress, GlobalId as _};
use crate::workspace::{Workspace, WorkspaceEdge, WorkspaceMember, WorkspaceMemberEdge};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::actor::Role;
use fanfare_domain::id::InvitationId;
use fanfare_services::workspace::Member;

/// Input of `createInvitation`.
#[derive(InputObject)]
pub struct CreateInvitationInput {
    /// Defaults to the default workspace.
    pub workspace_id: Option<ID>,
    /// What whoever accepts the invitation may do. Only owners invite owners.
    pub role: Role,
    /// Only the user of this e-mail address may accept the invitation. Null: whoever has the link. The server sends no
    /// e-mail, and does not tell whether the address is registered.
    pub email: Option<EmailAddress>,
}

/// Input of `revokeInvitation`.
#[derive(InputObject)]
pub struct RevokeInvitationInput {
    /// The invitation.
    pub id: ID,
}

/// Input of `acceptInvitation`.
#[derive(InputObject)]
pub struct AcceptInvitationInput {
    /// The part of the invitation's link after `#`.
    pub token: String,
}

/// Result of `createInvitation`.
#[derive(SimpleObject)]
pub struct CreateInvitationPayload {
    /// The invitation. Null if there are user errors.
    pub invitation: Option<Invitation>,
    /// The invitation as an edge of `workspace { invitations }` in the default order. Null if there are user errors.
    pub invitation_edge: Option<InvitationEdge>,
    /// The URL at which it is accepted. Shown now and never again. Null if there are user errors.
    pub link: Option<String>,
    /// The part of the link after `#`, for `acceptInvitation` and `register`. Null if there are user errors.
    pub token: Option<String>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `revokeInvitation`.
#[derive(SimpleObject)]
pub struct RevokeInvitationPayload {
    /// The invitation. Null if there are user errors.
    pub invitation: Option<Invitation>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `acceptInvitation`.
#[derive(SimpleObject)]
pub struct AcceptInvitationPayload {
    /// The caller as a member. Null if there are user errors.
    pub member: Option<WorkspaceMember>,
    /// The caller as an edge of `workspace { members }` in the default order. Null if there are user errors.
    pub member_edge: Option<WorkspaceMemberEdge>,
    /// The workspace that the caller belongs to now. Null if there are user errors.
    pub workspace: Option<Workspace>,
    /// The workspace as an edge of `viewer { workspaces }` in the default order. Null if there are user errors.
    pub workspace_edge: Option<WorkspaceEdge>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Part of `Mutation`: invitations.
#[derive(Default)]
pub struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Makes a link that lets someone join a workspace. Requires the ADMIN role, for owners the OWNER role.
    async fn create_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is invited as what.")] input: CreateInvitationInput,
    ) -> Result<CreateInvitationPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let email = input.email.as_ref().map(|email| email.0.as_str());
            services.invitations().create(actor, workspace, input.role, email).await
        });
        let (made, user_errors) = committed(ctx, outcome.await)?;
        let (made, secrets) = made.map(|it| (it.invitation, (it.link, it.token))).unzip();
        let (link, token) = secrets.unzip();
        let (invitation, invitation_edge) = InvitationEdge::created(made, Invitation);
        Ok(CreateInvitationPayload {
            invitation,
            invitation_edge,
            link: link.map(Into::into),
            token: token.map(|token| token.expose().to_owned()),
            user_errors,
        })
    }

    /// Revokes a pending invitation: its link lets nobody in any more. Requires the ADMIN role.
    async fn revoke_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation to revoke.")] input: RevokeInvitationInput,
    ) -> Result<RevokeInvitationPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let id = InvitationId::parse(&input.id, "id")?;
            services.invitations().revoke(actor, id).await
        });
        let (revoked, user_errors) = committed(ctx, outcome.await)?;
        Ok(RevokeInvitationPayload { invitation: revoked.map(Invitation), user_errors })
    }

    /// Makes the caller a member of the workspace that an invitation leads to, or raises the role of a member. Requires
    /// a session; an invitation is used up by it.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation to accept.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let joined = services.invitations().accept(actor, &input.token);
        let (joined, user_errors) = committed(ctx, Box::pin(joined).await)?;
        let (mut workspace, mut workspace_edge) = (None, None);
        if let Some(Member { membership, .. }) = &joined {
            workspace = Workspace::find(ctx, actor, membership.workspace_id).await?;
            let key = (membership.created_at, membership.workspace_id.0);
            workspace_edge = workspace.clone().map(|workspace| WorkspaceEdge::new(key.into(), workspace));
        }
        let (member, member_edge) = WorkspaceMemberEdge::created(joined, WorkspaceMember::from);
        Ok(AcceptInvitationPayload { member, member_edge, workspace, workspace_edge, user_errors })
    }
}
