//! Global ids of what has no row id of its own: they name the rows, or the value, that it is known by.

use async_graphql::ID;
use fanfare_domain::event::Seq;
use fanfare_domain::global_id::{decode_key, encode_key, row};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::platform::Platform;

const VIEWER: &str = "viewer";
const SETTINGS: &str = "settings";
const MEMBER: &str = "workspace_member";
const AUDIT_ENTRY: &str = "audit_entry";
const PLATFORM: &str = "platform";

/// What an object without a row id is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NaturalId {
    /// The root of a user's own data.
    Viewer(UserId),
    /// The settings of a workspace.
    Settings(WorkspaceId),
    /// A user's membership of a workspace.
    Member(WorkspaceId, UserId),
    /// An entry of a workspace's log.
    AuditEntry(WorkspaceId, Seq),
    /// What the server knows about a platform.
    Platform(Platform),
}

impl NaturalId {
    /// The global id.
    pub fn global(self) -> ID {
        let pair = |noun, workspace: WorkspaceId, part: i64| encode_key(noun, format!("{workspace}.{part}"));
        ID(match self {
            Self::Viewer(user) => encode_key(VIEWER, user),
            Self::Settings(workspace) => encode_key(SETTINGS, workspace),
            Self::Member(workspace, user) => pair(MEMBER, workspace, user.0),
            Self::AuditEntry(workspace, seq) => pair(AUDIT_ENTRY, workspace, seq),
            Self::Platform(platform) => encode_key(PLATFORM, platform),
        })
    }

    /// `None`: no global id, or one of another noun.
    pub fn from_global(id: &ID) -> Option<Self> {
        let (noun, key) = decode_key(id)?;
        let pair = || {
            let (workspace, part) = key.split_once('.')?;
            Some((WorkspaceId(row(workspace)?), row(part)?))
        };
        match noun.as_str() {
            VIEWER => row(&key).map(UserId).map(Self::Viewer),
            SETTINGS => row(&key).map(WorkspaceId).map(Self::Settings),
            MEMBER => pair().map(|(workspace, user)| Self::Member(workspace, UserId(user))),
            AUDIT_ENTRY => pair().map(|(workspace, seq)| Self::AuditEntry(workspace, seq)),
            PLATFORM => Platform::parse(&key).map(Self::Platform),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalars::GlobalId as _;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_id_is_read_back_as_what_it_was_made_of(workspace in 1..=i64::MAX, part in 1..=i64::MAX) {
            for natural in [
                NaturalId::Viewer(UserId(part)),
                NaturalId::Settings(WorkspaceId(workspace)),
                NaturalId::Member(WorkspaceId(workspace), UserId(part)),
                NaturalId::AuditEntry(WorkspaceId(workspace), part),
            ] {
                prop_assert_eq!(NaturalId::from_global(&natural.global()), Some(natural));
            }
        }
    }

    #[test]
    fn the_id_of_every_platform_is_read_back() {
        for platform in Platform::ALL.iter().copied().map(NaturalId::Platform) {
            assert_eq!(NaturalId::from_global(&platform.global()), Some(platform));
        }
    }

    #[test]
    fn what_is_no_such_id_is_refused() {
        for (noun, key) in [
            ("viewer", "0"),
            ("viewer", "1.2"),
            ("settings", "x"),
            ("workspace_member", "1"),
            ("workspace_member", "1.0"),
            ("audit_entry", "1.2.3"),
            ("platform", "myspace"),
        ] {
            let id = ID(encode_key(noun, key));
            assert_eq!(NaturalId::from_global(&id), None, "{noun}:{key}");
        }
        assert_eq!(NaturalId::from_global(&WorkspaceId(1).global()), None);
    }
}
