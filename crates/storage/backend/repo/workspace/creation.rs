//! New workspaces.

use super::invitations::assert_room;
use super::workspaces::by_ids;
use crate::Conn;
use crate::repo::person::lock_live;
use crate::repo::{events, idempotency};
use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::WorkspacePayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::quota::WorkspaceQuota;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Membership, NewWorkspace, Workspace};
use serde_json::json;

/// Stores a workspace that the actor owns. Refused where they belong to, or own, too many. Under a known key the first
/// result is answered again.
pub async fn create(
    conn: &mut Conn,
    new: NewWorkspace,
    actor: EventActor,
    quota: WorkspaceQuota,
    key: Option<KeyedInput>,
    now: Timestamp,
) -> CommandResult<(Workspace, Seq)> {
    tx!(conn, {
        lock_live(conn, actor.user_id).await?;
        if let Some(key) = &key
            && let Replay::Known(first) = idempotency::begin(conn, key, now).await?
        {
            let id = first.and_then(|first| first.get("workspace_id")?.as_i64()).map(WorkspaceId);
            let found = by_ids(conn, id.as_slice()).await?.pop().ok_or(CommandError::NotFound)?;
            let seq = events::last_seq(conn, found.id).await?;
            return Ok((found, seq));
        }
        assert_room(conn, actor.user_id, quota.belong).await?;
        assert_may_own_another(conn, actor.user_id, quota.own).await?;
        let (workspace, seq) = found(conn, &new, actor).await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "workspace_id": workspace.id })).await?;
        }
        Ok((workspace, seq))
    })
}

/// The same in a transaction that has begun: the workspace, its owner, and its log.
pub(in crate::repo) async fn found(
    conn: &mut Conn,
    new: &NewWorkspace,
    actor: EventActor,
) -> QueryResult<(Workspace, Seq)> {
    let (now, user_id) = (new.created_at, actor.user_id);
    let workspace: Workspace = diesel::insert_into(workspaces::table)
        .values(new)
        .returning(Workspace::as_returning())
        .get_result(conn)
        .await?;
    let owner =
        Membership { workspace_id: workspace.id, user_id, role: Role::Owner, created_at: now, revision: 1 };
    diesel::insert_into(memberships::table).values(owner).execute(conn).await?;
    diesel::insert_into(event_counters::table)
        .values((event_counters::workspace_id.eq(workspace.id), event_counters::last_seq.eq(0)))
        .execute(conn)
        .await?;
    let subject = Subject { user_id: Some(user_id), ..Subject::default() };
    let name = Some(workspace.name.clone());
    let payload = WorkspacePayload { workspace_id: workspace.id, name, user_id };
    let event = NewEvent::new(subject, EventPayload::WorkspaceCreated(payload));
    let seq = events::append(conn, workspace.id, Some(actor), vec![event], now).await?;
    Ok((workspace, seq))
}

/// The caller has locked the user, so that of two creations at once not both take the last place.
async fn assert_may_own_another(conn: &mut Conn, user: UserId, most: Option<i64>) -> CommandResult<()> {
    let Some(most) = most else { return Ok(()) };
    let owned = memberships::user_id.eq(user).and(memberships::role.eq(Role::Owner));
    let own: i64 = memberships::table.filter(owned).count().get_result(conn).await?;
    if own < most {
        return Ok(());
    }
    let words = format!("A user may own {most} workspaces on this server; use one that you have.");
    Err(UserError::new(UserErrorCode::QuotaExceeded, "", words).into())
}
