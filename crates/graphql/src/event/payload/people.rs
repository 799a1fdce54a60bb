//! Workspaces, their members and their API keys.

use super::Payload;
use crate::person::User;
use crate::scalars::{DateTime, GlobalId};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::actor::Role;
use fanfare_domain::api_key::ApiKeyScope;
use fanfare_domain::event::payload::{
    ApiKeyPayload, InvitationPayload, MemberAdded, MemberPayload, MemberRemoved, MemberRole, SignInFailed,
    SignInFailure, WorkspacePayload,
};

/// Payload of WORKSPACE_CREATED.
#[Object(name = "WorkspaceEventPayload")]
impl Payload<'_, WorkspacePayload> {
    /// The workspace. Null if it was deleted.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Option<Workspace>> {
        self.own_workspace(ctx).await
    }

    /// Its name then. Null if the user who named it was erased.
    async fn name(&self) -> Option<&str> {
        self.stored.name.as_deref()
    }

    /// Who created it. Null if they have left the workspace.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        self.user_of(ctx, self.stored.user_id).await
    }
}

/// Payload of INVITATION_CREATED and INVITATION_REVOKED.
#[Object(name = "InvitationEventPayload")]
impl Payload<'_, InvitationPayload> {
    /// The invitation's id.
    async fn invitation_id(&self) -> ID {
        self.stored.invitation_id.global()
    }

    /// The role that it grants.
    async fn role(&self) -> Role {
        self.stored.role
    }
}

/// Payload of MEMBER_ADDED.
#[Object(name = "MemberAddedEventPayload")]
impl Payload<'_, MemberAdded> {
    /// Who became a member. Null if they have left the workspace.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        self.user_of(ctx, self.stored.user_id).await
    }

    /// The role that they were given.
    async fn role(&self) -> Role {
        self.stored.role
    }

    /// The id of the invitation that they accepted. Null if the event is older than invitations.
    async fn invitation_id(&self) -> Option<ID> {
        self.stored.invitation_id.map(GlobalId::global)
    }
}

/// Payload of MEMBER_ROLE_CHANGED.
#[Object(name = "MemberRoleChangedEventPayload")]
impl Payload<'_, MemberRole> {
    /// Whose role changed. Null if they have left the workspace.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        self.user_of(ctx, self.stored.user_id).await
    }

    /// The role after the change.
    async fn role(&self) -> Role {
        self.stored.role
    }

    /// The role before the change. Null if it was not recorded.
    async fn role_before(&self) -> Option<Role> {
        self.stored.role_before
    }
}

/// Payload of MEMBER_REMOVED and MEMBER_ERASED.
#[Object(name = "MemberRemovedEventPayload")]
impl Payload<'_, MemberRemoved> {
    /// Who is no longer a member. Null unless they wrote a post that is in the workspace, or joined again.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        self.user_of(ctx, self.stored.user_id).await
    }

    /// The role that they had.
    async fn role_before(&self) -> Role {
        self.stored.role_before
    }
}

/// Payload of MEMBER_PROFILE_CHANGED and of the events about a member's sign-in, which only that member reads.
#[Object(name = "MemberEventPayload")]
impl Payload<'_, MemberPayload> {
    /// The member. Null if they have left the workspace.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        self.user_of(ctx, self.stored.user_id).await
    }
}

/// Payload of MEMBER_SIGN_IN_FAILED. Only that member reads it.
#[Object(name = "SignInFailedEventPayload")]
impl Payload<'_, SignInFailed> {
    /// The member. Null if they have left the workspace.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        self.user_of(ctx, self.stored.user_id).await
    }

    /// Why the sign-in failed.
    async fn reason(&self) -> SignInFailure {
        self.stored.reason
    }
}

/// Payload of KEY_CREATED, KEY_ROTATED and KEY_REVOKED.
#[Object(name = "ApiKeyEventPayload")]
impl Payload<'_, ApiKeyPayload> {
    /// The API key's id.
    async fn api_key_id(&self) -> ID {
        self.stored.api_key_id.global()
    }

    /// Its name then. Null if its user was erased.
    async fn name(&self) -> Option<&str> {
        self.stored.name.as_deref()
    }

    /// The beginning of its secret, enough to tell keys apart.
    async fn prefix(&self) -> &str {
        &self.stored.prefix
    }

    /// What it may be used for. A scope that this version of the server does not know is left out.
    async fn scopes(&self) -> Vec<ApiKeyScope> {
        self.stored.scopes.iter().filter_map(|scope| ApiKeyScope::parse(scope)).collect()
    }

    /// When its secret expires. Null if never.
    async fn expires_at(&self) -> Option<DateTime> {
        self.stored.expires_at.map(DateTime)
    }
}
