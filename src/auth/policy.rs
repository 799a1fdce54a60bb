//! The one place that says which role may do what.

use crate::domain::actor::Role;

/// What an actor asks to do in a workspace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// See everything of the workspace but its secrets.
    ReadWorkspace,
    /// Create, change and delete drafts.
    WritePosts,
    /// Schedule, publish, cancel and retry posts, and delete what was published.
    PublishPosts,
    UploadMedia,
    DeleteMedia,
    /// Connect, reconnect and disconnect accounts.
    ManageAccounts,
    /// Add and remove members and change their roles, owners apart.
    ManageMembers,
    ManageSettings,
    /// Rename or delete the workspace, and make or remove owners.
    ManageWorkspace,
}

impl Action {
    pub const ALL: &'static [Self] = &[
        Self::ReadWorkspace,
        Self::WritePosts,
        Self::PublishPosts,
        Self::UploadMedia,
        Self::DeleteMedia,
        Self::ManageAccounts,
        Self::ManageMembers,
        Self::ManageSettings,
        Self::ManageWorkspace,
    ];

    /// The lowest role that may do it.
    pub const fn needs(self) -> Role {
        match self {
            Self::ReadWorkspace => Role::Viewer,
            Self::WritePosts | Self::PublishPosts | Self::UploadMedia | Self::DeleteMedia => Role::Editor,
            Self::ManageAccounts | Self::ManageMembers | Self::ManageSettings => Role::Admin,
            Self::ManageWorkspace => Role::Owner,
        }
    }
}

/// Whether a member of this role may do it. Who is no member may do nothing.
pub fn may(role: Role, action: Action) -> bool {
    role.covers(action.needs())
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
            (Action::UploadMedia, [true, true, true, false]),
            (Action::DeleteMedia, [true, true, true, false]),
            (Action::ManageAccounts, [true, true, false, false]),
            (Action::ManageMembers, [true, true, false, false]),
            (Action::ManageSettings, [true, true, false, false]),
            (Action::ManageWorkspace, [true, false, false, false]),
        ];
        assert_eq!(expected.map(|(action, _)| action), Action::ALL, "every action has its line");
        for (action, allowed) in expected {
            let roles = [Role::Owner, Role::Admin, Role::Editor, Role::Viewer];
            assert_eq!(roles.map(|role| may(role, action)), allowed, "{action:?}");
        }
    }
}
