//! Sessions and their refresh tokens: each use gives a new one, and the reuse of an old one ends the session.

use crate::Conn;
use crate::repo::members;
use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::{MemberPayload, SignInFailed, SignInFailure};
use fanfare_domain::event::{EventActor, EventPayload, Seq};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use fanfare_storage::command::session::{Rotation, TokenToStore};
use fanfare_storage::page::{Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Session;
use std::net::IpAddr;
use std::time::Duration;

/// Two tabs may refresh with the same token within this time.
const GRACE: Duration = Duration::from_secs(10);
/// How long a user is known by the network that a session was opened from.
pub(in crate::repo) const NETWORK_KNOWN_FOR: Duration = Duration::from_hours(90 * 24);

/// Opens a session of a user who signs in from `client`.
pub async fn open(
    conn: &mut Conn,
    user: UserId,
    client: IpAddr,
    token: TokenToStore,
    now: Timestamp,
) -> CommandResult<SessionId> {
    tx!(conn, { Ok(insert(conn, user, client, token, now).await?) })
}

/// Opens a session of a user who signs in, and reports it in the log; returns where.
pub async fn sign_in(
    conn: &mut Conn,
    actor: EventActor,
    client: IpAddr,
    token: TokenToStore,
    now: Timestamp,
) -> CommandResult<(SessionId, Vec<(WorkspaceId, Seq)>)> {
    tx!(conn, {
        let session = insert(conn, actor.user_id, client, token, now).await?;
        let told = members::append_everywhere(conn, actor, EventPayload::MemberSignedIn, now).await?;
        Ok((session, told))
    })
}

/// Reports a sign-in that failed in the log of its user; returns where.
pub async fn note_failure(
    conn: &mut Conn,
    actor: EventActor,
    reason: SignInFailure,
    now: Timestamp,
) -> CommandResult<Vec<(WorkspaceId, Seq)>> {
    let failed = move |member: MemberPayload| {
        EventPayload::MemberSignInFailed(SignInFailed { user_id: member.user_id, reason })
    };
    tx!(conn, { Ok(members::append_everywhere(conn, actor, failed, now).await?) })
}

async fn insert(
    conn: &mut Conn,
    user: UserId,
    client: IpAddr,
    token: TokenToStore,
    now: Timestamp,
) -> QueryResult<SessionId> {
    let id: SessionId = diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(user),
            sessions::created_at.eq(now),
            sessions::address.eq(Some(client.to_canonical().to_string())),
            sessions::network.eq(Some(ClientNetwork::of(client).to_string())),
        ))
        .returning(sessions::id)
        .get_result(conn)
        .await?;
    store(conn, id, token, now).await?;
    Ok(id)
}

async fn store(conn: &mut Conn, session: SessionId, token: TokenToStore, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_hash.eq(token.hash),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::created_at.eq(now),
            refresh_tokens::expires_at.eq(token.expires_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Trades a refresh token for the next one.
pub async fn rotate(
    conn: &mut Conn,
    hash: String,
    next: TokenToStore,
    client: IpAddr,
    now: Timestamp,
) -> CommandResult<Rotation> {
    tx!(conn, {
        let row = refresh_tokens::table.find(&hash).select((
            refresh_tokens::session_id,
            refresh_tokens::expires_at,
            refresh_tokens::used_at,
        ));
        pg_only! { let row = row.for_update(); }
        let row: Option<(SessionId, Timestamp, Option<Timestamp>)> = row.first(conn).await.optional()?;
        let Some((session, expires_at, used_at)) = row else { return Ok(Rotation::Unknown) };
        let live: Option<UserId> = sessions::table
            .find(session)
            .filter(sessions::revoked_at.is_null())
            .select(sessions::user_id)
            .first(conn)
            .await
            .optional()?;
        let Some(user) = live.filter(|_| expires_at > now) else { return Ok(Rotation::Unknown) };
        if used_at.is_some_and(|at| now.since(at) > GRACE) {
            revoke(conn, session, now).await?;
            return Ok(Rotation::Reused { session });
        }
        if used_at.is_none() {
            diesel::update(refresh_tokens::table.find(&hash))
                .set(refresh_tokens::used_at.eq(Some(now)))
                .execute(conn)
                .await?;
        }
        store(conn, session, next, now).await?;
        // The network stays that of the sign-in: a token that was stolen makes no other one known.
        diesel::update(sessions::table.find(session))
            .set((
                sessions::last_used_at.eq(Some(now)),
                sessions::address.eq(Some(client.to_canonical().to_string())),
            ))
            .execute(conn)
            .await?;
        Ok(Rotation::Rotated { session, user })
    })
}

/// Ends a session.
pub async fn revoke(conn: &mut Conn, session: SessionId, now: Timestamp) -> QueryResult<()> {
    diesel::update(sessions::table.find(session).filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(Some(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Revokes a session of a user; `false`: it is not theirs, or was revoked before.
pub async fn revoke_of(
    conn: &mut Conn,
    user: UserId,
    session: SessionId,
    now: Timestamp,
) -> QueryResult<bool> {
    let own = sessions::user_id.eq(user).and(sessions::revoked_at.is_null());
    let revoked = diesel::update(sessions::table.find(session).filter(own))
        .set(sessions::revoked_at.eq(Some(now)))
        .execute(conn)
        .await?;
    Ok(revoked == 1)
}

/// Ends every session of a user but `kept`; returns those that it ended.
pub async fn revoke_others(
    conn: &mut Conn,
    user: UserId,
    kept: SessionId,
    now: Timestamp,
) -> QueryResult<Vec<SessionId>> {
    let others = sessions::user_id.eq(user).and(sessions::id.ne(kept)).and(sessions::revoked_at.is_null());
    diesel::update(sessions::table.filter(others))
        .set(sessions::revoked_at.eq(Some(now)))
        .returning(sessions::id)
        .get_results(conn)
        .await
}

/// The session of a refresh token, whatever has become of both; `None`: the token is not known.
pub async fn of_token(conn: &mut Conn, hash: &str) -> QueryResult<Option<SessionId>> {
    refresh_tokens::table.find(hash).select(refresh_tokens::session_id).first(conn).await.optional()
}

/// The user's sessions that were not revoked and have a refresh token left.
macro_rules! open_sessions {
    ($user:expr, $now:expr) => {{
        let tokens = refresh_tokens::table
            .filter(refresh_tokens::session_id.eq(sessions::id).and(refresh_tokens::expires_at.gt($now)));
        sessions::table
            .filter(sessions::user_id.eq($user).and(sessions::revoked_at.is_null()))
            .filter(diesel::dsl::exists(tokens))
    }};
}

/// A window of the user's sessions that can still be refreshed, newest first.
pub async fn page(
    conn: &mut Conn,
    user: UserId,
    window: &Window,
    now: Timestamp,
) -> QueryResult<Vec<Session>> {
    let open = open_sessions!(user, now).into_boxed();
    let (at, id) = (sessions::created_at, sessions::id);
    windowed!(open, window, Order::NewestFirst, at, id, SessionId)
        .select(Session::as_select())
        .load(conn)
        .await
}

/// Sessions of the user by id, of those that can still be refreshed.
pub async fn by_ids(
    conn: &mut Conn,
    user: UserId,
    ids: &[SessionId],
    now: Timestamp,
) -> QueryResult<Vec<Session>> {
    open_sessions!(user, now).filter(sessions::id.eq_any(ids)).select(Session::as_select()).load(conn).await
}

/// How many sessions of a user can still be refreshed.
pub async fn count(conn: &mut Conn, user: UserId, now: Timestamp) -> QueryResult<i64> {
    open_sessions!(user, now).count().get_result(conn).await
}

/// Whether a session is still valid.
pub async fn is_live(conn: &mut Conn, session: SessionId) -> QueryResult<bool> {
    let live: i64 =
        sessions::table.find(session).filter(sessions::revoked_at.is_null()).count().get_result(conn).await?;
    Ok(live == 1)
}

/// When a session was opened; `None`: there is none.
pub async fn opened_at(conn: &mut Conn, session: SessionId) -> QueryResult<Option<Timestamp>> {
    sessions::table.find(session).select(sessions::created_at).first(conn).await.optional()
}

/// Sessions that were revoked after a time.
pub async fn revoked_since(conn: &mut Conn, since: Timestamp) -> QueryResult<Vec<SessionId>> {
    sessions::table.filter(sessions::revoked_at.gt(since)).select(sessions::id).load(conn).await
}

/// Forgets tokens that have expired, and sessions that are too old to be known by and have none left.
pub async fn sweep(conn: &mut Conn, now: Timestamp) -> QueryResult<usize> {
    let tokens = diesel::delete(refresh_tokens::table.filter(refresh_tokens::expires_at.lt(now)))
        .execute(conn)
        .await?;
    let old = sessions::created_at.lt(now.minus(NETWORK_KNOWN_FOR));
    let in_use = refresh_tokens::table.select(refresh_tokens::session_id);
    diesel::delete(sessions::table.filter(old.and(sessions::id.ne_all(in_use)))).execute(conn).await?;
    Ok(tokens)
}
