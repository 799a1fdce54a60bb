//! Who belongs to a workspace, and as what.

use crate::Conn;
use crate::repo::events;
use crate::repo::workspaces::role_of;
use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::{MemberAdded, MemberPayload, MemberRemoved, MemberRole};
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::revision::{ExpectedRevision, conflict};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::page::{Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Invitation, Member, Membership, User};
use serde_json::{Value, json};

/// A window of the members, the longest-standing first.
pub async fn page(conn: &mut Conn, workspace: WorkspaceId, window: &Window) -> QueryResult<Vec<Member>> {
    let members = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace))
        .into_boxed();
    let (since, user) = (memberships::created_at, memberships::user_id);
    let rows: Vec<(Membership, User)> = windowed!(members, window, Order::OldestFirst, since, user, UserId)
        .select((Membership::as_select(), User::as_select()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(membership, user)| Member { membership, user }).collect())
}

/// Members by the ids of their users.
pub async fn by_ids(conn: &mut Conn, workspace: WorkspaceId, users: &[UserId]) -> QueryResult<Vec<Member>> {
    let rows: Vec<(Membership, User)> = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace).and(memberships::user_id.eq_any(users)))
        .select((Membership::as_select(), User::as_select()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(membership, user)| Member { membership, user }).collect())
}

/// How many members a workspace has.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId) -> QueryResult<i64> {
    memberships::table.filter(memberships::workspace_id.eq(workspace)).count().get_result(conn).await
}

/// One member; `None`: the user is none.
pub async fn of(conn: &mut Conn, workspace: WorkspaceId, user: UserId) -> QueryResult<Option<Member>> {
    Ok(by_ids(conn, workspace, &[user]).await?.pop())
}

/// Makes a user a member by an invitation that was used up in the same transaction, or raises the role of one.
pub(in crate::repo) async fn join(
    conn: &mut Conn,
    invitation: &Invitation,
    before: Option<Role>,
    role: Role,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(Member, Seq)> {
    let (workspace, user_id) = (invitation.workspace_id, actor.user_id);
    let membership: Membership = diesel::insert_into(memberships::table)
        .values(Membership { workspace_id: workspace, user_id, role, created_at: now, revision: 1 })
        .on_conflict((memberships::workspace_id, memberships::user_id))
        .do_update()
        .set((memberships::role.eq(role), memberships::revision.eq(memberships::revision + 1)))
        .returning(Membership::as_returning())
        .get_result(conn)
        .await?;
    let user: User = users::table.find(user_id).select(User::as_select()).first(conn).await?;
    let payload = if before.is_some() {
        EventPayload::MemberRoleChanged(MemberRole { user_id, role, role_before: before })
    } else {
        let invitation_id = Some(invitation.id);
        EventPayload::MemberAdded(MemberAdded { user_id, role, role_before: None, invitation_id })
    };
    let seq = append(conn, workspace, actor, user_id, payload, (before, Some(role)), now).await?;
    Ok((Member { membership, user }, seq))
}

/// Changes a member's role, of a membership of the expected revision.
pub async fn set_role(
    conn: &mut Conn,
    (workspace, user): (WorkspaceId, UserId),
    expected: ExpectedRevision,
    role: Role,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(Member, Seq)> {
    tx!(conn, {
        let before = role_of(conn, workspace, user).await?.ok_or_else(no_member)?;
        assert_may_touch(conn, workspace, actor.user_id, &[role, before]).await?;
        if role == Role::Owner && before != Role::Owner {
            return Err(consent_required().into());
        }
        if before == Role::Owner && role != Role::Owner {
            assert_other_owner(conn, workspace, user).await?;
        }
        let (first, last) = expected.accepted();
        // The condition is part of the statement: the owners above are locked in their order, a member is not.
        let accepted = memberships::table
            .find((workspace, user))
            .filter(memberships::revision.ge(first).and(memberships::revision.le(last)));
        let membership: Option<Membership> = diesel::update(accepted)
            .set((memberships::role.eq(role), memberships::revision.eq(memberships::revision + 1)))
            .returning(Membership::as_returning())
            .get_result(conn)
            .await
            .optional()?;
        let Some(membership) = membership else {
            let is_member = role_of(conn, workspace, user).await?.is_some();
            let refused = if is_member { conflict() } else { no_member() };
            return Err(refused.into());
        };
        let user: User = users::table.find(user).select(User::as_select()).first(conn).await?;
        let payload =
            EventPayload::MemberRoleChanged(MemberRole { user_id: user.id, role, role_before: Some(before) });
        let seq = append(conn, workspace, actor, user.id, payload, (Some(before), Some(role)), now).await?;
        Ok((Member { membership, user }, seq))
    })
}

/// Removes a user from a workspace; members may remove themselves.
pub async fn remove(
    conn: &mut Conn,
    workspace: WorkspaceId,
    user: UserId,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, {
        let role = role_of(conn, workspace, user).await?.ok_or_else(no_member)?;
        if user != actor.user_id {
            assert_may_touch(conn, workspace, actor.user_id, &[role]).await?;
        }
        if role == Role::Owner {
            assert_other_owner(conn, workspace, user).await?;
        }
        diesel::delete(memberships::table.find((workspace, user))).execute(conn).await?;
        let payload = EventPayload::MemberRemoved(MemberRemoved { user_id: user, role_before: role });
        append(conn, workspace, actor, user, payload, (Some(role), None), now).await
    })
}

/// Logs in every workspace of a user what has changed about their sign-in; returns where, and the positions there.
pub(in crate::repo) async fn append_everywhere(
    conn: &mut Conn,
    actor: EventActor,
    kind: impl Fn(MemberPayload) -> EventPayload,
    now: Timestamp,
) -> QueryResult<Vec<(WorkspaceId, Seq)>> {
    append_change_everywhere(conn, actor, kind, (Value::Null, Value::Null), now).await
}

/// The same with what differs of the user, before and after.
pub(in crate::repo) async fn append_change_everywhere(
    conn: &mut Conn,
    actor: EventActor,
    kind: impl Fn(MemberPayload) -> EventPayload,
    (before, after): (Value, Value),
    now: Timestamp,
) -> QueryResult<Vec<(WorkspaceId, Seq)>> {
    // In one order, so that no two commands wait for each other's counters.
    let workspaces: Vec<WorkspaceId> = memberships::table
        .filter(memberships::user_id.eq(actor.user_id))
        .order(memberships::workspace_id)
        .select(memberships::workspace_id)
        .load(conn)
        .await?;
    let mut told = Vec::with_capacity(workspaces.len());
    for workspace in workspaces {
        let subject = Subject { user_id: Some(actor.user_id), ..Subject::default() };
        let event = NewEvent::new(subject, kind(MemberPayload { user_id: actor.user_id }))
            .changing(before.clone(), after.clone());
        told.push((workspace, events::append(conn, workspace, Some(actor), vec![event], now).await?));
    }
    Ok(told)
}

/// An owner answers for the workspace, and cannot be erased as the last one: nobody is made one by another's act.
fn consent_required() -> UserError {
    let words = "A member becomes owner by accepting it: create an invitation with the role owner, which the member \
                 accepts.";
    UserError::new(UserErrorCode::MemberConsentRequired, "role", words)
}

fn no_member() -> UserError {
    UserError::not_found("userId", "member")
}

/// Only an owner makes or unmakes owners. Asked here, in the transaction, because a role that was read before it may
/// have changed since.
async fn assert_may_touch(
    conn: &mut Conn,
    workspace: WorkspaceId,
    actor: UserId,
    roles: &[Role],
) -> CommandResult<()> {
    if !roles.contains(&Role::Owner) || role_of(conn, workspace, actor).await? == Some(Role::Owner) {
        return Ok(());
    }
    let words = "Only an owner may make or remove owners.";
    Err(UserError::new(UserErrorCode::MemberOwnersOnly, "role", words).into())
}

async fn append(
    conn: &mut Conn,
    workspace: WorkspaceId,
    actor: EventActor,
    user: UserId,
    payload: EventPayload,
    (before, after): (Option<Role>, Option<Role>),
    now: Timestamp,
) -> CommandResult<Seq> {
    let subject = Subject { user_id: Some(user), ..Subject::default() };
    let side = |role: Option<Role>| role.map_or(Value::Null, |role| json!({ "role": role }));
    let event = NewEvent::new(subject, payload).changing(side(before), side(after));
    Ok(events::append(conn, workspace, Some(actor), vec![event], now).await?)
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
    let words = "A workspace needs an owner; make another member owner first.";
    Err(UserError::new(UserErrorCode::MemberLastOwner, "userId", words).into())
}
