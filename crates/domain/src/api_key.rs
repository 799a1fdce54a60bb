//! API keys: what one may be used for, and for how long.

use super::id::{ApiKeyId, WorkspaceId};
use std::time::Duration;

text_enum! {
    /// What an API key may be used for. Its person's role limits it as well.
    ApiKeyScope {
        /// Read everything of the workspace but its secrets.
        Read = "read",
        /// Create, change and delete drafts, media and what belongs to them; and read.
        Write = "write",
        /// Schedule, publish, cancel and retry posts, and speak to the audience; and read.
        Publish = "publish",
        /// Accounts, members, settings, the workspace and the keys themselves; and all other scopes.
        Admin = "admin",
    }
}

impl ApiKeyScope {
    /// Whether this scope allows what `needed` stands for. Whoever may change something may read it.
    pub fn covers(self, needed: Self) -> bool {
        self == needed || self == Self::Admin || needed == Self::Read
    }
}

text_enum! {
    /// Whether an API key opens anything.
    ApiKeyStatus {
        /// It is taken.
        Active = "active",
        /// Its time is over; `rotateApiKey` does not bring it back.
        Expired = "expired",
        /// Someone ended it.
        Revoked = "revoked",
    }
}

/// How long a key is valid for where its maker names no time.
pub const DEFAULT_LIFETIME: Duration = Duration::from_hours(24 * 90);
/// The longest that a key may be good for, unless an admin makes one that never expires.
pub const LONGEST_LIFETIME: Duration = Duration::from_hours(24 * 365);
/// The longest that an old secret may stay valid next to its successor.
pub const LONGEST_OVERLAP: Duration = Duration::from_hours(24 * 7);
/// The live keys that one person may have in a workspace.
pub const MOST_KEYS: i64 = 50;

/// What a request that came with an API key may reach.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyGrant {
    pub id: ApiKeyId,
    /// Names the secret that was used: a key that is being rotated has two.
    pub prefix: String,
    /// The only workspace that the key opens.
    pub workspace_id: WorkspaceId,
    pub scopes: Vec<ApiKeyScope>,
}

impl KeyGrant {
    /// Whether the key may do all that its person may.
    pub fn administers(&self) -> bool {
        self.scopes.contains(&ApiKeyScope::Admin)
    }
}

#[cfg(test)]
mod tests {
    use super::ApiKeyScope::{Admin, Publish, Read, Write};

    #[test]
    fn every_scope_reads_admin_does_all_and_write_does_not_publish() {
        for scope in [Read, Write, Publish, Admin] {
            assert!(scope.covers(Read) && scope.covers(scope) && Admin.covers(scope), "{scope}");
        }
        for (scope, needed) in
            [(Read, Write), (Write, Publish), (Publish, Write), (Write, Admin), (Publish, Admin)]
        {
            assert!(!scope.covers(needed), "{scope} {needed}");
        }
    }
}
