//! The one place that says which role, and which scope of an API key, may do what.

use fanfare_domain::actor::Role;
use fanfare_domain::api_key::ApiKeyScope;

/// What an actor asks to do in a workspace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// See everything of the workspace but its secrets.
    ReadWorkspace,
    /// Create, change and delete drafts.
    WritePosts,
    /// Schedule, publish, cancel and retry posts, and delete what was published.
    PublishPosts,
    /// Mark messages as read.
    MarkInbox,
    /// Answer messages on their networks.
    AnswerInbox,
    UploadMedia,
    DeleteMedia,
    /// Create, change, pause and delete campaigns.
    WriteCampaigns,
    /// Create, change and delete templates.
    WriteTemplates,
    /// Connect, reconnect and disconnect accounts.
    ManageAccounts,
    /// Add and remove members and change their roles, owners apart.
    ManageMembers,
    ManageSettings,
    /// See who changed what, and from where.
    ReadAudit,
    /// Rename or delete the workspace, and make or remove owners.
    ManageWorkspace,
    /// Give up one's own membership.
    LeaveWorkspace,
    /// Make, rotate, revoke and list one's own API keys.
    ManageOwnKeys,
    /// See and revoke everyone's API keys, and make one that never expires.
    ManageAllKeys,
}

impl Action {
    pub const ALL: &'static [Self] = &[
        Self::ReadWorkspace,
        Self::WritePosts,
        Self::PublishPosts,
        Self::MarkInbox,
        Self::AnswerInbox,
        Self::UploadMedia,
        Self::DeleteMedia,
        Self::WriteCampaigns,
        Self::WriteTemplates,
        Self::ManageAccounts,
        Self::ManageMembers,
        Self::ManageSettings,
        Self::ReadAudit,
        Self::ManageWorkspace,
        Self::LeaveWorkspace,
        Self::ManageOwnKeys,
        Self::ManageAllKeys,
    ];

    /// The lowest role that may do it.
    pub const fn needs(self) -> Role {
        match self {
            Self::ReadWorkspace | Self::LeaveWorkspace | Self::ManageOwnKeys => Role::Viewer,
            Self::WritePosts
            | Self::PublishPosts
            | Self::MarkInbox
            | Self::AnswerInbox
            | Self::UploadMedia
            | Self::DeleteMedia
            | Self::WriteCampaigns
            | Self::WriteTemplates => Role::Editor,
            Self::ManageAccounts
            | Self::ManageMembers
            | Self::ManageSettings
            | Self::ReadAudit
            | Self::ManageAllKeys => Role::Admin,
            Self::ManageWorkspace => Role::Owner,
        }
    }

    /// The scope that an API key needs for it, in addition to its person's role.
    pub const fn scope(self) -> ApiKeyScope {
        match self {
            Self::ReadWorkspace => ApiKeyScope::Read,
            Self::PublishPosts | Self::AnswerInbox => ApiKeyScope::Publish,
            Self::WritePosts
            | Self::MarkInbox
            | Self::UploadMedia
            | Self::DeleteMedia
            | Self::WriteCampaigns
            | Self::WriteTemplates => ApiKeyScope::Write,
            Self::ManageAccounts
            | Self::ManageMembers
            | Self::ManageSettings
            | Self::ReadAudit
            | Self::ManageWorkspace
            | Self::LeaveWorkspace
            | Self::ManageOwnKeys
            | Self::ManageAllKeys => ApiKeyScope::Admin,
        }
    }
}

/// Whether a member of this role may do it. Who is no member may do nothing.
pub fn may(role: Role, action: Action) -> bool {
    role.covers(action.needs())
}

/// Whether a key of these scopes may be used for it, as far as the key goes.
pub fn scopes_allow(scopes: &[ApiKeyScope], action: Action) -> bool {
    scopes.iter().any(|scope| scope.covers(action.scope()))
}

/// Whether a key of these scopes may run a mutation at all. Asked ahead of every mutation, so that one whose service
/// asks for less than it changes, or for nothing, is closed to a key that only reads.
pub fn scopes_change_anything(scopes: &[ApiKeyScope]) -> bool {
    scopes.iter().any(|scope| *scope != ApiKeyScope::Read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_exactly_this() {
        let expected = [
            // action, owner, admin, editor, viewer
            (Action::ReadWorkspace, [true, true, true, true]),
            (Action::WritePosts, [true, true, true, false]),
            (Action::PublishPosts, [true, true, true, false]),
            (Action::MarkInbox, [true, true, true, false]),
            (Action::AnswerInbox, [true, true, true, false]),
            (Action::UploadMedia, [true, true, true, false]),
            (Action::DeleteMedia, [true, true, true, false]),
            (Action::WriteCampaigns, [true, true, true, false]),
            (Action::WriteTemplates, [true, true, true, false]),
            (Action::ManageAccounts, [true, true, false, false]),
            (Action::ManageMembers, [true, true, false, false]),
            (Action::ManageSettings, [true, true, false, false]),
            (Action::ReadAudit, [true, true, false, false]),
            (Action::ManageWorkspace, [true, false, false, false]),
            (Action::LeaveWorkspace, [true, true, true, true]),
            (Action::ManageOwnKeys, [true, true, true, true]),
            (Action::ManageAllKeys, [true, true, false, false]),
        ];
        assert_eq!(expected.map(|(action, _)| action), Action::ALL, "every action has its line");
        for (action, allowed) in expected {
            let roles = [Role::Owner, Role::Admin, Role::Editor, Role::Viewer];
            assert_eq!(roles.map(|role| may(role, action)), allowed, "{action:?}");
        }
    }

    #[test]
    fn a_key_may_do_exactly_what_its_scopes_stand_for() {
        use ApiKeyScope::{Admin, Publish, Read, Write};
        for action in Action::ALL {
            let needed = action.scope();
            let allowed = [Read, Write, Publish, Admin].map(|scope| scopes_allow(&[scope], *action));
            let expected = [needed == Read, needed <= Write, matches!(needed, Read | Publish), true];
            assert_eq!(allowed, expected, "{action:?}");
            assert!(!scopes_allow(&[], *action));
        }
        assert!(!scopes_change_anything(&[]) && !scopes_change_anything(&[Read]));
        assert!([Write, Publish, Admin].iter().all(|scope| scopes_change_anything(&[Read, *scope])));
    }
}
