//! Workspaces and who belongs to them.

use super::{Conn, events};
use crate::db::prelude::*;
use crate::db::rows::{Member, Membership, User, Workspace};
use crate::domain::actor::Role;
use crate::domain::clock::Timestamp;
use crate::domain::event::{ActivityKind, NewEvent, Seq, Subject};
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::user_error::{UserError, UserErrorCode};
use serde_json::json;

/// A person's role in a workspace; `None`: not a member.
pub async fn role_of(conn: &mut Conn, workspace: WorkspaceId, user: UserId) -> QueryResult<Option<Role>> {
    memberships::table.find((workspace, user)).select(memberships::role).first(conn).await.optional()
}

/// The workspaces of a person, the default one first.
pub async fn of_user(conn: &mut Conn, user: UserId) -> QueryResult<Vec<(Workspace, Role)>> {
    memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::user_id.eq(user))
        .order((memberships::created_at, memberships::workspace_id))
        .select((Workspace::as_select(), memberships::role))
        .load(conn)
        .await
}

/// Workspaces by id; the caller has looked at who may see them.
pub async fn by_ids(conn: &mut Conn, ids: &[WorkspaceId]) -> QueryResult<Vec<Workspace>> {
    workspaces::table.filter(workspaces::id.eq_any(ids)).select(Workspace::as_select()).load(conn).await
}

/// The members of a workspace, the longest-standing first.
pub async fn members(conn: &mut Conn, workspace: WorkspaceId, limit: i64) -> QueryResult<Vec<Member>> {
    let rows: Vec<(Membership, User)> = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace))
        .order((memberships::created_at, memberships::user_id))
        .limit(limit)
        .select((Membership::as_select(), User::as_select()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(membership, user)| Member { membership, user }).collect())
}

/// Adds a person who has an account here, or changes his role.
pub async fn set_member(
    conn: &mut Conn,
    workspace: WorkspaceId,
    email_key: &str,
    role: Role,
    actor: UserId,
    now: Timestamp,
) -> CommandResult<(UserId, Seq)> {
    let email_key = email_key.to_owned();
    tx!(conn, async move |conn| {
        let user: Option<UserId> = users::table
            .filter(users::email_key.eq(email_key))
            .select(users::id)
            .first(conn)
            .await
            .optional()?;
        let user = user.ok_or_else(|| {
            UserError::new(
                UserErrorCode::NotFound,
                "email",
                "Nobody with this address has registered here yet.",
            )
        })?;
        let before = role_of(conn, workspace, user).await?;
        if before == Some(Role::Owner) && role != Role::Owner {
            assert_other_owner(conn, workspace, user).await?;
        }
        diesel::insert_into(memberships::table)
            .values(Membership { workspace_id: workspace, user_id: user, role, created_at: now })
            .on_conflict((memberships::workspace_id, memberships::user_id))
            .do_update()
            .set(memberships::role.eq(role))
            .execute(conn)
            .await?;
        let kind = if before.is_some() { ActivityKind::MemberRoleChanged } else { ActivityKind::MemberAdded };
        let payload = json!({ "user_id": user, "role": role, "role_before": before });
        let seq = append(conn, workspace, actor, user, kind, payload, now).await?;
        Ok((user, seq))
    })
}

/// Takes a person out of a workspace.
pub async fn remove_member(
    conn: &mut Conn,
    workspace: WorkspaceId,
    user: UserId,
    actor: UserId,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, async move |conn| {
        let role = role_of(conn, workspace, user).await?.ok_or(CommandError::NotFound)?;
        if role == Role::Owner {
            assert_other_owner(conn, workspace, user).await?;
        }
        diesel::delete(memberships::table.find((workspace, user))).execute(conn).await?;
        let payload = json!({ "user_id": user, "role_before": role });
        append(conn, workspace, actor, user, ActivityKind::MemberRemoved, payload, now).await
    })
}

async fn append(
    conn: &mut Conn,
    workspace: WorkspaceId,
    actor: UserId,
    user: UserId,
    kind: ActivityKind,
    payload: serde_json::Value,
    now: Timestamp,
) -> CommandResult<Seq> {
    let subject = Subject { user_id: Some(user), ..Subject::default() };
    Ok(events::append(conn, workspace, Some(actor), vec![NewEvent { kind, subject, payload }], now).await?)
}

/// The owners are locked, so that the last two cannot step down at once.
async fn assert_other_owner(conn: &mut Conn, workspace: WorkspaceId, but: UserId) -> CommandResult<()> {
    let owners = memberships::table
        .filter(memberships::workspace_id.eq(workspace).and(memberships::role.eq(Role::Owner)))
        .order(memberships::user_id)
        .select(memberships::user_id);
    pg_only! { let owners = owners.for_update(); }
    let owners: Vec<UserId> = owners.load(conn).await?;
    if owners.iter().any(|owner| *owner != but) {
        return Ok(());
    }
    Err(UserError::new(
        UserErrorCode::MemberLastOwner,
        "userId",
        "A workspace needs an owner; make somebody else owner first.",
    )
    .into())
}
