//! Erasing a user. The row stays, without anything that names them, so that what they did keeps its author; what they
//! wrote in a workspace that remains belongs to the workspace.

use crate::Conn;
use crate::repo::person::{ERASED_HASH, lock_live};
use crate::repo::{events as log, unowned_files};
use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::difference::Difference;
use fanfare_domain::event::payload::MemberRemoved;
use fanfare_domain::event::{ActivityKind, EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::erased::Erased;
use fanfare_storage::prelude::*;
use serde_json::{Value, json};

/// The name of whoever was erased.
const NOBODY: &str = "Erased person";
/// The name of a workspace that bore the name of its founder.
const NAMELESS: &str = "Workspace";
/// Events whose payload holds a name that the user gave: their own, or one of their keys'.
const NAMING: [ActivityKind; 4] = [
    ActivityKind::WorkspaceCreated,
    ActivityKind::KeyCreated,
    ActivityKind::KeyRotated,
    ActivityKind::KeyRevoked,
];

/// Erases a user, and the workspaces that nobody else belongs to. Refused while they are the only owner of another.
pub async fn erase(conn: &mut Conn, user: UserId, now: Timestamp) -> CommandResult<Erased> {
    tx!(conn, {
        let name = lock_live(conn, user).await?.name;
        let mut erased = Erased::default();
        let kept = settle_workspaces(conn, user, &mut erased).await?;
        end_access(conn, user, &mut erased).await?;
        delete_workspaces(conn, &mut erased, now).await?;
        forget_invitations(conn, user).await?;
        forget_in_log(conn, user, &name).await?;
        anonymise(conn, user, now).await?;
        for (workspace, role) in kept {
            erased.left.push((workspace, tell(conn, workspace, user, role, now).await?));
        }
        Ok(erased)
    })
}

/// Answers the workspaces that remain, in the order in which their counters are locked.
async fn settle_workspaces(
    conn: &mut Conn,
    user: UserId,
    erased: &mut Erased,
) -> CommandResult<Vec<(WorkspaceId, Role)>> {
    let own = memberships::table.filter(memberships::user_id.eq(user)).select(memberships::workspace_id);
    let query = workspaces::table
        .filter(workspaces::id.eq_any(own))
        .order(workspaces::id)
        .select((workspaces::id, workspaces::name));
    // Nobody joins one of them meanwhile, and the last two owners do not go at once.
    pg_only! { let query = query.for_update(); }
    let all: Vec<(WorkspaceId, String)> = query.load(conn).await?;
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    for (workspace, name) in all {
        let members: Vec<(UserId, Role)> = memberships::table
            .filter(memberships::workspace_id.eq(workspace))
            .select((memberships::user_id, memberships::role))
            .load(conn)
            .await?;
        let others = members.iter().filter(|(member, _)| *member != user);
        let own_role = members.iter().find(|(member, _)| *member == user).map(|(_, role)| *role);
        let Some(role) = own_role else { continue };
        if others.clone().next().is_none() {
            erased.deleted.push(workspace);
        } else if role == Role::Owner && others.clone().all(|(_, role)| *role != Role::Owner) {
            refused.push(only_owner(&name));
        } else {
            kept.push((workspace, role));
        }
    }
    if refused.is_empty() { Ok(kept) } else { Err(CommandError::Refused(refused)) }
}

fn only_owner(workspace: &str) -> UserError {
    let words = format!(
        "You are the only owner of the workspace \"{workspace}\". Make another member owner first, or remove the other \
         members, so that the workspace is deleted with you."
    );
    UserError::new(UserErrorCode::MemberLastOwner, "", words)
}

/// Sessions with their refresh tokens, keys with their secrets, memberships, and what was begun and not finished.
async fn end_access(conn: &mut Conn, user: UserId, erased: &mut Erased) -> QueryResult<()> {
    erased.sessions = diesel::delete(sessions::table.filter(sessions::user_id.eq(user)))
        .returning(sessions::id)
        .get_results(conn)
        .await?;
    erased.key_prefixes = api_key_secrets::table
        .inner_join(api_keys::table)
        .filter(api_keys::user_id.eq(user))
        .select(api_key_secrets::prefix)
        .load(conn)
        .await?;
    diesel::delete(memberships::table.filter(memberships::user_id.eq(user))).execute(conn).await?;
    diesel::delete(second_factors::table.find(user)).execute(conn).await?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(conn).await?;
    diesel::delete(oauth_states::table.filter(oauth_states::user_id.eq(user))).execute(conn).await?;
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::user_id.eq(user))).execute(conn).await?;
    Ok(())
}

/// Those that the user made and nobody has accepted, and all that hold the user's e-mail address, or held it when the
/// user accepted them.
async fn forget_invitations(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    let key: String = users::table.find(user).select(users::email_key).first(conn).await?;
    let made = invitations::invited_by.eq(user).and(invitations::accepted_at.is_null());
    diesel::delete(invitations::table.filter(made)).execute(conn).await?;
    let accepted = invitations::accepted_by.eq(user).and(invitations::email_key.is_not_null());
    let named = invitations::email_key.eq(key).or(accepted);
    diesel::delete(invitations::table.filter(named)).execute(conn).await?;
    Ok(())
}

async fn delete_workspaces(conn: &mut Conn, erased: &mut Erased, now: Timestamp) -> QueryResult<()> {
    let deleted = &erased.deleted;
    erased.files = media::table
        .filter(media::workspace_id.eq_any(deleted))
        .select(media::storage_key)
        .load(conn)
        .await?;
    unowned_files::give_up_all(conn, deleted, now).await?;
    sqlite_only! {
        let written = posts::table.filter(posts::workspace_id.eq_any(deleted)).count();
        let received = inbox_messages::table.filter(inbox_messages::workspace_id.eq_any(deleted)).count();
        let (written, received): (i64, i64) = (written.get_result(conn).await?, received.get_result(conn).await?);
        let files = i64::try_from(erased.files.len()).unwrap_or(i64::MAX);
        let rows = written.saturating_add(received).saturating_add(files);
        let indexed_again = crate::text_index::begin_deletion(conn, rows).await?;
    }
    // Media and accounts cannot go while posts use them; the rest goes with the workspace in any order.
    diesel::delete(posts::table.filter(posts::workspace_id.eq_any(deleted))).execute(conn).await?;
    diesel::delete(workspaces::table.filter(workspaces::id.eq_any(deleted))).execute(conn).await?;
    sqlite_only! {
        if indexed_again {
            crate::text_index::end_deletion(conn).await?;
        }
    }
    Ok(())
}

/// In every workspace, also in those they left long ago.
async fn forget_in_log(conn: &mut Conn, user: UserId, name: &str) -> QueryResult<()> {
    diesel::update(events::table.filter(events::actor_id.eq(user)))
        .set(events::address.eq(None::<String>))
        .execute(conn)
        .await?;
    let names = forget_names(conn, user, name).await?;
    let naming: Vec<(WorkspaceId, Seq, ActivityKind, Json)> = events::table
        .filter(events::user_id.eq(user).and(events::kind.eq_any(NAMING)))
        .select((events::workspace_id, events::seq, events::kind, events::payload))
        .load(conn)
        .await?;
    for (workspace, seq, kind, Json(mut payload)) in naming {
        if kind == ActivityKind::WorkspaceCreated {
            let named_after_user = workspaces::table.find(workspace).filter(workspaces::name.eq_any(&names));
            diesel::update(named_after_user).set(workspaces::name.eq(NAMELESS)).execute(conn).await?;
        }
        if let Some(payload) = payload.as_object_mut() {
            payload.insert("name".to_owned(), Value::Null);
        }
        diesel::update(events::table.find((workspace, seq)))
            .set(events::payload.eq(Json(payload)))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Removes the user's names from the log's changes. Returns all names that the user has had, as far as the log knows.
async fn forget_names(conn: &mut Conn, user: UserId, name: &str) -> QueryResult<Vec<String>> {
    let renaming = events::user_id.eq(user).and(events::kind.eq(ActivityKind::MemberProfileChanged));
    let changes: Vec<Option<Json>> =
        events::table.filter(renaming).select(events::changes).load(conn).await?;
    diesel::update(events::table.filter(renaming))
        .set(events::changes.eq(None::<Json>))
        .execute(conn)
        .await?;
    let before = changes.into_iter().flatten().map(|Json(stored)| Difference::read(&stored).before);
    let before = before.filter_map(|state| Some(state.get("name")?.as_str()?.to_owned()));
    let mut names: Vec<String> = before.chain([name.to_owned()]).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

async fn anonymise(conn: &mut Conn, user: UserId, now: Timestamp) -> QueryResult<()> {
    diesel::update(users::table.find(user))
        .set((
            // No top-level domain will ever be called so (RFC 2606).
            users::email.eq(format!("erased-{user}@erased.invalid")),
            // No address, so that nobody can register with it.
            users::email_key.eq(format!("erased:{user}")),
            users::name.eq(NOBODY),
            users::password_hash.eq(ERASED_HASH),
            users::updated_at.eq(now),
            users::revision.eq(users::revision + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Without the IP address, which would identify them.
async fn tell(
    conn: &mut Conn,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> QueryResult<Seq> {
    let subject = Subject { user_id: Some(user), ..Subject::default() };
    let payload = EventPayload::MemberErased(MemberRemoved { user_id: user, role_before: role });
    let event = NewEvent::new(subject, payload).changing(json!({ "role": role }), Value::Null);
    log::append(conn, workspace, Some(EventActor::from(user)), vec![event], now).await
}
