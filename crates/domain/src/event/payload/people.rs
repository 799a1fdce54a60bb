//! Workspaces, their members and their API keys.

use super::micros;
use crate::actor::Role;
use crate::clock::Timestamp;
use crate::id::{ApiKeyId, InvitationId, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// A workspace that was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspacePayload {
    pub workspace_id: WorkspaceId,
    /// `None`: the user who named it was erased.
    pub name: Option<String>,
    pub user_id: UserId,
}

/// An invitation, without its token and without the e-mail address that it is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationPayload {
    pub invitation_id: InvitationId,
    pub role: Role,
}

/// A user who became a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberAdded {
    pub user_id: UserId,
    pub role: Role,
    /// Always `None`: part of the stored form since the first version.
    pub role_before: Option<Role>,
    /// The invitation that the user accepted. `None`: stored before there were invitations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation_id: Option<InvitationId>,
}

/// A member whose role was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRole {
    pub user_id: UserId,
    pub role: Role,
    pub role_before: Option<Role>,
}

/// A user who is no member any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRemoved {
    pub user_id: UserId,
    pub role_before: Role,
}

/// A member whose profile or sign-in changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberPayload {
    pub user_id: UserId,
}

text_enum! {
    /// Why a sign-in as a user whose e-mail address was given failed.
    SignInFailure {
        /// The password was wrong.
        Password = "password",
        /// The password was right, and the two-factor code was wrong or refused.
        Code = "code",
    }
}

/// A sign-in as a member that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInFailed {
    pub user_id: UserId,
    pub reason: SignInFailure,
}

/// An API key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyPayload {
    pub api_key_id: ApiKeyId,
    /// `None`: its user was erased.
    pub name: Option<String>,
    pub prefix: String,
    pub scopes: Vec<String>,
    /// `None`: never.
    #[serde(serialize_with = "micros")]
    pub expires_at: Option<Timestamp>,
}
