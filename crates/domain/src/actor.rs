//! Who asks.

use super::api_key::KeyGrant;
use super::clock::Timestamp;
use super::id::{SessionId, UserId, WorkspaceId};
use std::net::IpAddr;
use std::sync::Arc;

text_enum! {
    /// What a member may do in a workspace. Each role may do what the ones below it may.
    Role {
        /// Everything, and the workspace itself.
        Owner = "owner",
        /// Accounts, members and settings.
        Admin = "admin",
        /// Posts and media.
        Editor = "editor",
        /// Reads.
        Viewer = "viewer",
    }
}

impl Role {
    /// Whether this role may do what `needed` may.
    pub fn covers(self, needed: Self) -> bool {
        self <= needed
    }
}

/// A signed-in user, as every service sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub user_id: UserId,
    pub credential: Credential,
    /// The workspace used where a request names none.
    pub default_workspace: WorkspaceId,
    /// When the access token or the key ends; a key may never.
    pub expires_at: Option<Timestamp>,
    /// The client's, for the audit; a trusted proxy's word counts. `None`: outside of a request.
    pub ip_address: Option<IpAddr>,
}

/// What a person showed to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// An access token of a session that a password opened.
    Session(SessionId),
    /// A key that a program holds: it can do less than its person.
    ApiKey(Arc<KeyGrant>),
}

impl Actor {
    /// The same, by a request from `ip_address`.
    #[must_use]
    pub fn at(self, ip_address: IpAddr) -> Self {
        Self { ip_address: Some(ip_address), ..self }
    }

    /// Whether the access token or the key has ended.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// What the key allows, if a key was shown.
    pub fn grant(&self) -> Option<&KeyGrant> {
        match &self.credential {
            Credential::Session(_) => None,
            Credential::ApiKey(grant) => Some(grant),
        }
    }

    /// Whether the credential reaches into a workspace; whether its person belongs to it is another question.
    pub fn reaches(&self, workspace: WorkspaceId) -> bool {
        self.grant().is_none_or(|grant| grant.workspace_id == workspace)
    }
}
