//! People: registration and look-ups.

use crate::Conn;
use crate::repo::sessions::{NETWORK_KNOWN_FOR, revoke_others};
use crate::repo::{invitations, members, workspaces};
use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, EventPayload, Seq};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::session::PasswordHashes;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{NewUser, NewWorkspace, User, Workspace};
use std::net::IpAddr;

/// Stores a user with a workspace of their own.
pub async fn register(
    conn: &mut Conn,
    new: NewUser,
    workspace_name: String,
    time_zone: String,
    ip_address: Option<IpAddr>,
) -> CommandResult<(User, Workspace, Seq)> {
    tx!(conn, { found_workspace(conn, new, workspace_name, time_zone, ip_address).await })
}

/// Stores the first user of a server with a workspace of their own; `None`: the server has one. Of two at once only one is the first.
pub async fn register_first(
    conn: &mut Conn,
    new: NewUser,
    workspace_name: String,
    time_zone: String,
    ip_address: Option<IpAddr>,
) -> CommandResult<Option<(User, Workspace, Seq)>> {
    tx!(conn, {
        // Without the lock as long as that is enough: anyone may ask, and it holds up every registration.
        if is_any(conn).await? {
            return Ok(None);
        }
        pg_only! {
            diesel::sql_query("lock table users in share row exclusive mode").execute(conn).await?;
            if is_any(conn).await? {
                return Ok(None);
            }
        }
        found_workspace(conn, new, workspace_name, time_zone, ip_address).await.map(Some)
    })
}

/// Stores a user as a member of the workspace that an invitation names. The invitation is looked at first, so that only
/// the holder of a valid one learns that its e-mail address is already registered.
pub async fn register_invited(
    conn: &mut Conn,
    new: NewUser,
    token_hash: String,
    ip_address: Option<IpAddr>,
) -> CommandResult<(User, Workspace, Seq)> {
    const FIELD: &str = "invitationToken";
    tx!(conn, {
        let now = new.created_at;
        let (invitation, workspace) =
            invitations::usable(conn, &token_hash, &new.email_key, FIELD, now).await?;
        let user = insert(conn, &new).await?;
        invitations::use_up(conn, &invitation, user.id, FIELD, now).await?;
        let actor = EventActor { ip_address, ..EventActor::from(user.id) };
        let (_, seq) = members::join(conn, &invitation, None, invitation.role, actor, now).await?;
        Ok((user, workspace, seq))
    })
}

/// Whether anyone has registered on this server.
pub async fn is_any(conn: &mut Conn) -> QueryResult<bool> {
    let any: Option<UserId> = users::table.select(users::id).first(conn).await.optional()?;
    Ok(any.is_some())
}

async fn insert(conn: &mut Conn, new: &NewUser) -> CommandResult<User> {
    let user: Option<User> = diesel::insert_into(users::table)
        .values(new)
        .on_conflict(users::email_key)
        .do_nothing()
        .returning(User::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    user.ok_or_else(|| {
        let words = "An account with this address exists already; sign in instead.";
        UserError::new(UserErrorCode::AuthEmailTaken, "email", words).into()
    })
}

async fn found_workspace(
    conn: &mut Conn,
    new: NewUser,
    workspace_name: String,
    time_zone: String,
    ip_address: Option<IpAddr>,
) -> CommandResult<(User, Workspace, Seq)> {
    let now = new.created_at;
    let user = insert(conn, &new).await?;
    let new = NewWorkspace { name: workspace_name, time_zone, created_at: now };
    let actor = EventActor { ip_address, ..EventActor::from(user.id) };
    let (workspace, seq) = workspaces::found(conn, &new, actor).await?;
    Ok((user, workspace, seq))
}

/// Puts a new password in place of the one whose hash was compared, and ends every session but `kept`; `None`: another
/// change came first. Answers where it was told, and the sessions that were ended.
pub async fn change_password(
    conn: &mut Conn,
    actor: EventActor,
    hashes: PasswordHashes,
    kept: SessionId,
    now: Timestamp,
) -> CommandResult<Option<(Vec<(WorkspaceId, Seq)>, Vec<SessionId>)>> {
    tx!(conn, {
        let compared = users::table.find(actor.user_id).filter(users::password_hash.eq(&hashes.compared));
        let changed = diesel::update(compared)
            .set((users::password_hash.eq(&hashes.new), users::updated_at.eq(now)))
            .execute(conn)
            .await?;
        if changed == 0 {
            return Ok(None);
        }
        let ended = revoke_others(conn, actor.user_id, kept, now).await?;
        let told = members::append_everywhere(conn, actor, EventPayload::MemberPasswordChanged, now).await?;
        Ok(Some((told, ended)))
    })
}

/// A user by the key of their e-mail address, for sign-in, and whether they have signed in from `network` before. One
/// statement for both, so that an unknown address takes as long.
pub async fn for_sign_in(
    conn: &mut Conn,
    email_key: &str,
    network: ClientNetwork,
    now: Timestamp,
) -> QueryResult<Option<(User, bool)>> {
    let from_here = sessions::user_id
        .eq(users::id)
        .and(sessions::network.eq(network.to_string()))
        .and(sessions::created_at.gt(now.minus(NETWORK_KNOWN_FOR)));
    let found: Option<(User, Option<SessionId>)> = users::table
        .left_join(sessions::table.on(from_here))
        .filter(users::email_key.eq(email_key))
        .select((User::as_select(), sessions::id.nullable()))
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(|(user, session)| (user, session.is_some())))
}

/// One's own row.
pub async fn by_id(conn: &mut Conn, id: UserId) -> QueryResult<Option<User>> {
    users::table.find(id).select(User::as_select()).first(conn).await.optional()
}

/// People by id, of those who belong, or belonged as authors, to a workspace.
pub async fn by_ids(conn: &mut Conn, workspace: WorkspaceId, ids: &[UserId]) -> QueryResult<Vec<User>> {
    let members =
        memberships::table.filter(memberships::workspace_id.eq(workspace)).select(memberships::user_id);
    let authors = posts::table
        .filter(posts::workspace_id.eq(workspace).and(posts::author_id.is_not_null()))
        .select(posts::author_id.assume_not_null());
    users::table
        .filter(users::id.eq_any(ids))
        .filter(users::id.eq_any(members).or(users::id.eq_any(authors)))
        .select(User::as_select())
        .load(conn)
        .await
}
