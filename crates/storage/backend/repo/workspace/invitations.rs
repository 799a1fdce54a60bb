//! Invitations into workspaces.

use super::members;
use crate::Conn;
use crate::repo::events;
use crate::repo::person::lock_live;
use crate::repo::workspaces::role_of;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::InvitationPayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{InvitationId, UserId, WorkspaceId};
use fanfare_domain::invitation::{
    InvitationStatus, MOST_PENDING, for_another, may_invite, refusal, role_by_acceptance,
};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::page::{Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Invitation, InvitationPreview, Member, NewInvitation, Workspace};
use serde_json::{Value, json};
use std::time::Duration;

/// How long an invitation that nobody accepted is kept once it has expired.
const KEPT_FOR: Duration = Duration::from_hours(24 * 30);

/// The invitations of a workspace that can be accepted.
macro_rules! pending {
    ($workspace:expr, $now:expr) => {
        invitations::table
            .filter(invitations::workspace_id.eq($workspace))
            .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
            .filter(invitations::expires_at.gt($now))
    };
}

/// Stores an invitation. Whether a user has its e-mail address makes no difference.
pub async fn create(
    conn: &mut Conn,
    new: NewInvitation,
    actor: EventActor,
) -> CommandResult<(Invitation, Seq)> {
    tx!(conn, {
        let (workspace, now) = (new.workspace_id, new.created_at);
        assert_may_invite(conn, workspace, actor.user_id, &new).await?;
        forget_old(conn, workspace, now).await?;
        let waiting: i64 = pending!(workspace, now).count().get_result(conn).await?;
        if waiting >= MOST_PENDING {
            let words = format!("{MOST_PENDING} invitations are pending; revoke one first.");
            return Err(UserError::new(UserErrorCode::TooMany, "", words).into());
        }
        let invitation: Invitation = diesel::insert_into(invitations::table)
            .values(&new)
            .returning(Invitation::as_returning())
            .get_result(conn)
            .await?;
        let role = json!({ "role": invitation.role });
        let event = event(EventPayload::InvitationCreated, &invitation).changing(Value::Null, role);
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((invitation, seq))
    })
}

/// Deletes what nobody accepted and has expired long ago: it may name someone who never came.
async fn forget_old(conn: &mut Conn, workspace: WorkspaceId, now: Timestamp) -> QueryResult<()> {
    let old = invitations::table
        .filter(invitations::workspace_id.eq(workspace).and(invitations::accepted_at.is_null()))
        .filter(invitations::expires_at.lt(now.minus(KEPT_FOR)));
    diesel::delete(old).execute(conn).await?;
    Ok(())
}

/// Asked here, in the transaction, because a role that was read before it may have changed since.
async fn assert_may_invite(
    conn: &mut Conn,
    workspace: WorkspaceId,
    actor: UserId,
    new: &NewInvitation,
) -> CommandResult<()> {
    match role_of(conn, workspace, actor).await? {
        Some(role) if may_invite(role, new.role) => Ok(()),
        _ => {
            let words = "Only an owner may invite an owner.";
            Err(UserError::new(UserErrorCode::MemberOwnersOnly, "role", words).into())
        }
    }
}

/// Revokes a pending invitation.
pub async fn revoke(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: InvitationId,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(Invitation, Seq)> {
    tx!(conn, {
        let revoked: Option<Invitation> =
            diesel::update(pending!(workspace, now).filter(invitations::id.eq(id)))
                .set(invitations::revoked_at.eq(Some(now)))
                .returning(Invitation::as_returning())
                .get_result(conn)
                .await
                .optional()?;
        let Some(invitation) = revoked else {
            let words = "The invitation is not pending: it was accepted or revoked, or has expired.";
            return Err(UserError::new(UserErrorCode::InvitationInvalid, "id", words).into());
        };
        let role = json!({ "role": invitation.role });
        let event = event(EventPayload::InvitationRevoked, &invitation).changing(role, Value::Null);
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((invitation, seq))
    })
}

fn event(kind: fn(InvitationPayload) -> EventPayload, invitation: &Invitation) -> NewEvent {
    let payload = InvitationPayload { invitation_id: invitation.id, role: invitation.role };
    NewEvent::new(Subject::default(), kind(payload))
}

/// Makes the actor a member, or raises the role of one. Refused where the actor belongs to `most` workspaces.
pub async fn accept(
    conn: &mut Conn,
    token_hash: String,
    actor: EventActor,
    most: Option<i64>,
    now: Timestamp,
) -> CommandResult<(Member, Seq)> {
    tx!(conn, {
        lock_live(conn, actor.user_id).await?;
        let key: String = users::table.find(actor.user_id).select(users::email_key).first(conn).await?;
        let (invitation, _) = usable(conn, &token_hash, &key, "token", now).await?;
        let member = role_of(conn, invitation.workspace_id, actor.user_id).await?;
        let role = role_by_acceptance(member, invitation.role)?;
        if member.is_none() {
            assert_room(conn, actor.user_id, most).await?;
        }
        use_up(conn, &invitation, actor.user_id, "token", now).await?;
        members::join(conn, &invitation, member, role, actor, now).await
    })
}

/// The invitation of a token that the user of an e-mail address may accept, and its workspace, which cannot be erased
/// before the transaction ends. `field`: the input's that holds the token.
pub(in crate::repo) async fn usable(
    conn: &mut Conn,
    token_hash: &str,
    email_key: &str,
    field: &str,
    now: Timestamp,
) -> CommandResult<(Invitation, Workspace)> {
    let unknown = || refusal(InvitationStatus::Pending, field);
    let found: Option<Invitation> = invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .select(Invitation::as_select())
        .first(conn)
        .await
        .optional()?;
    let invitation = found.ok_or_else(unknown)?;
    let status = invitation.status(now);
    if status != InvitationStatus::Pending {
        return Err(refusal(status, field).into());
    }
    if invitation.email_key.as_deref().is_some_and(|key| key != email_key) {
        return Err(for_another(field).into());
    }
    let workspace = workspaces::table.find(invitation.workspace_id).select(Workspace::as_select());
    pg_only! { let workspace = workspace.for_key_share(); }
    let workspace: Option<Workspace> = workspace.first(conn).await.optional()?;
    let workspace = workspace.ok_or_else(unknown)?;
    // Someone who has left, or may invite nobody any more, lets nobody in.
    let inviter = role_of(conn, workspace.id, invitation.invited_by).await?;
    if !inviter.is_some_and(|inviter| may_invite(inviter, invitation.role)) {
        return Err(refusal(InvitationStatus::Revoked, field).into());
    }
    Ok((invitation, workspace))
}

/// Marks an invitation as accepted; of two at once only one finds it pending.
pub(in crate::repo) async fn use_up(
    conn: &mut Conn,
    invitation: &Invitation,
    user: UserId,
    field: &str,
    now: Timestamp,
) -> CommandResult<()> {
    let still_pending = pending!(invitation.workspace_id, now).filter(invitations::id.eq(invitation.id));
    let used = diesel::update(still_pending)
        .set((invitations::accepted_at.eq(Some(now)), invitations::accepted_by.eq(Some(user))))
        .execute(conn)
        .await?;
    if used == 1 { Ok(()) } else { Err(refusal(InvitationStatus::Accepted, field).into()) }
}

/// The caller has locked the user, so that two acceptances at once do not both take the last place.
pub(super) async fn assert_room(conn: &mut Conn, user: UserId, most: Option<i64>) -> CommandResult<()> {
    let Some(most) = most else { return Ok(()) };
    let own: i64 = memberships::table.filter(memberships::user_id.eq(user)).count().get_result(conn).await?;
    if own < most {
        return Ok(());
    }
    let words = format!("A user may belong to {most} workspaces on this server; leave one first.");
    Err(UserError::new(UserErrorCode::QuotaExceeded, "", words).into())
}

/// What the link of a pending invitation shows; `None`: there is none.
pub async fn preview(
    conn: &mut Conn,
    token_hash: &str,
    now: Timestamp,
) -> QueryResult<Option<InvitationPreview>> {
    let found: Option<(Invitation, String)> = invitations::table
        .inner_join(workspaces::table)
        .filter(invitations::token_hash.eq(token_hash))
        .select((Invitation::as_select(), workspaces::name))
        .first(conn)
        .await
        .optional()?;
    let Some((invitation, workspace_name)) = found else { return Ok(None) };
    let preview =
        InvitationPreview { workspace_name, role: invitation.role, expires_at: invitation.expires_at };
    Ok((invitation.status(now) == InvitationStatus::Pending).then_some(preview))
}

/// Invitations by id, pending or not; those of other workspaces are left out.
pub async fn by_ids(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[InvitationId],
) -> QueryResult<Vec<Invitation>> {
    invitations::table
        .filter(invitations::workspace_id.eq(workspace).and(invitations::id.eq_any(ids)))
        .select(Invitation::as_select())
        .load(conn)
        .await
}

/// A window of the pending invitations, newest first.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    now: Timestamp,
    window: &Window,
) -> QueryResult<Vec<Invitation>> {
    let waiting = pending!(workspace, now).into_boxed();
    windowed!(waiting, window, Order::NewestFirst, invitations::created_at, invitations::id, InvitationId)
        .select(Invitation::as_select())
        .load(conn)
        .await
}

/// How many invitations are pending.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, now: Timestamp) -> QueryResult<i64> {
    pending!(workspace, now).count().get_result(conn).await
}
