//! Invitations as members who manage them, and whoever has a link, see them.

use crate::connection::{Keyed, connection};
use crate::person::User;
use crate::request::{ContextExt as _, top_level};
use crate::scalars::{BigInt, DateTime, EmailOf, GlobalId as _};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::invitation::InvitationStatus;
use fanfare_services::invitation as rows;

/// An invitation into a workspace. Its link is shown once, by the mutation that makes it.
#[derive(Clone)]
pub struct Invitation(pub rows::Invitation);

/// An invitation into a workspace. Its link is shown once, by the mutation that makes it.
#[Object(crate = "crate::execution")]
impl Invitation {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
    /// The row's number, which events show.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }
    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Workspace::of(ctx, self.0.workspace_id).await
    }
    /// What whoever accepts it may do in the workspace.
    async fn role(&self) -> Role {
        self.0.role
    }
    /// The only user who may accept it is the one of this e-mail address. Null if whoever has the link may.
    async fn email(&self) -> Option<EmailOf<'_>> {
        self.0.email.as_deref().map(EmailOf)
    }
    /// Whether it can be accepted.
    async fn status(&self, ctx: &Context<'_>) -> Result<InvitationStatus> {
        Ok(self.0.status(ctx.services()?.clock().now()))
    }
    /// The member who made it. Null if they have left the workspace.
    async fn invited_by(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        Ok(ctx.loaders()?.user(self.0.workspace_id, self.0.invited_by).await?.map(User))
    }
    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
    /// When it can no longer be accepted.
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }
}

connection!(InvitationConnection, InvitationEdge, Invitation, "invitations");

impl Keyed for rows::Invitation {
    fn key(&self) -> (Timestamp, i64) {
        (self.created_at, self.id.0)
    }
}

/// What an invitation offers, for whoever has its link.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct InvitationPreview {
    /// The name of the workspace.
    pub workspace_name: String,
    /// What whoever accepts it may do there.
    pub role: Role,
    /// When it can no longer be accepted.
    pub expires_at: DateTime,
}

impl From<rows::InvitationPreview> for InvitationPreview {
    fn from(row: rows::InvitationPreview) -> Self {
        Self { workspace_name: row.workspace_name, role: row.role, expires_at: row.expires_at.into() }
    }
}

/// Part of `Query`: invitations.
#[derive(Default)]
pub struct InvitationQuery;

#[Object]
impl InvitationQuery {
    /// What the invitation of a link offers. Null if it cannot be accepted. Needs no session.
    async fn invitation_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The part of the link after `#`.")] token: String,
    ) -> Result<Option<InvitationPreview>> {
        let found = Box::pin(ctx.services()?.invitations().preview(&token)).await.map_err(top_level)?;
        Ok(found.map(InvitationPreview::from))
    }
}
