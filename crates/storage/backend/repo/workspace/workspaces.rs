//! Workspaces, as those who belong to them see them.

pub use super::creation::create;
pub(in crate::repo) use super::creation::found;
use crate::Conn;
use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_storage::page::{Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{OwnWorkspace, Workspace};

/// A person's role in a workspace; `None`: not a member.
pub async fn role_of(conn: &mut Conn, workspace: WorkspaceId, user: UserId) -> QueryResult<Option<Role>> {
    memberships::table.find((workspace, user)).select(memberships::role).first(conn).await.optional()
}

/// The workspace that a user's sessions begin in: the one they have belonged to for longest. `None`: they belong to
/// none.
pub async fn default_of(conn: &mut Conn, user: UserId) -> QueryResult<Option<Workspace>> {
    memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::user_id.eq(user))
        .order((memberships::created_at, memberships::workspace_id))
        .select(Workspace::as_select())
        .first(conn)
        .await
        .optional()
}

/// A window of the workspaces of a person, the default one first; `only`: no other than this one.
pub async fn of_user(
    conn: &mut Conn,
    user: UserId,
    only: Option<WorkspaceId>,
    window: &Window,
) -> QueryResult<Vec<OwnWorkspace>> {
    let mut own =
        memberships::table.inner_join(workspaces::table).filter(memberships::user_id.eq(user)).into_boxed();
    if let Some(only) = only {
        own = own.filter(memberships::workspace_id.eq(only));
    }
    let (since, id) = (memberships::created_at, memberships::workspace_id);
    let rows: Vec<(Workspace, Role, Timestamp)> =
        windowed!(own, window, Order::OldestFirst, since, id, WorkspaceId)
            .select((Workspace::as_select(), memberships::role, memberships::created_at))
            .load(conn)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(workspace, role, member_since)| OwnWorkspace { workspace, role, member_since })
        .collect())
}

/// How many workspaces a person belongs to; `only`: no other than this one is counted.
pub async fn count_of_user(conn: &mut Conn, user: UserId, only: Option<WorkspaceId>) -> QueryResult<i64> {
    let mut query = memberships::table.into_boxed().filter(memberships::user_id.eq(user));
    if let Some(only) = only {
        query = query.filter(memberships::workspace_id.eq(only));
    }
    query.count().get_result(conn).await
}

/// Workspaces by id; the caller has looked at who may see them.
pub async fn by_ids(conn: &mut Conn, ids: &[WorkspaceId]) -> QueryResult<Vec<Workspace>> {
    workspaces::table.filter(workspaces::id.eq_any(ids)).select(Workspace::as_select()).load(conn).await
}
