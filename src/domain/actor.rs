//! Who asks.

use super::id::{SessionId, UserId, WorkspaceId};

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

/// A signed-in person, as every service sees him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub user_id: UserId,
    pub session_id: SessionId,
    /// The workspace used where a request names none.
    pub default_workspace: WorkspaceId,
    /// When the access token ends, in seconds since 1970.
    pub expires_at: i64,
}
