use crate::schema::{memberships, users, workspaces};
use diesel::prelude::*;
use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{UserId, WorkspaceId};

/// A person who can sign in.
#[derive(Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    /// A PHC string of argon2id.
    pub password_hash: String,
    pub created_at: Timestamp,
    /// How often the name or the e-mail address has changed, from 1.
    pub revision: i32,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A person about to be stored.
#[derive(Clone, Insertable)]
#[diesel(table_name = users)]
pub struct NewUser {
    pub email: String,
    /// The address in lower case: unique.
    pub email_key: String,
    pub name: String,
    pub password_hash: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A team's space; everything but people belongs to one.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = workspaces)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// An IANA name, such as `Europe/Paris`.
    pub time_zone: String,
    pub created_at: Timestamp,
}

/// A workspace about to be stored.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = workspaces)]
pub struct NewWorkspace {
    pub name: String,
    /// An IANA name, such as `Europe/Paris`.
    pub time_zone: String,
    pub created_at: Timestamp,
}

/// Who belongs to a workspace, and as what.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = memberships)]
pub struct Membership {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub role: Role,
    pub created_at: Timestamp,
    /// How often the role has changed, from 1.
    pub revision: i32,
}

/// A workspace as one of its members sees it.
#[derive(Clone, Debug)]
pub struct OwnWorkspace {
    pub workspace: Workspace,
    pub role: Role,
    pub member_since: Timestamp,
}

/// A membership with its person.
#[derive(Clone, Debug)]
pub struct Member {
    pub membership: Membership,
    pub user: User,
}
