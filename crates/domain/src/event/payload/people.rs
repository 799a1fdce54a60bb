//! Workspaces, their members and their API keys.

use super::micros;
use crate::actor::Role;
use crate::clock::Timestamp;
use crate::id::{ApiKeyId, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// A workspace that was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspacePayload {
    pub workspace_id: WorkspaceId,
    /// `None`: the user who named it was erased.
    pub name: Option<String>,
    pub user_id: UserId,
}

/// A member whose role was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRole {
    pub user_id: UserId,
    pub role: Role,
    /// `None`: no member before.
    pub role_before: Option<Role>,
}

/// A user who is no member any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRemoved {
    pub user_id: UserId,
    pub role_before: Role,
}

/// A member whose sign-in changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberPayload {
    pub user_id: UserId,
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
