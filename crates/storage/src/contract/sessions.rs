//! Sessions and their refresh tokens: each use gives a new one, and the reuse of an old one ends the session.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::SignInFailure;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use fanfare_storage::command::session::{Rotation, TokenToStore};
use fanfare_storage::page::Window;
use fanfare_storage::rows::Session;
use std::net::IpAddr;

contract! {
    trait Sessions = sessions;

    /// Opens a session of a user who signs in from `client`.
    write open(user: UserId, client: IpAddr, token: TokenToStore, now: Timestamp) -> SessionId;
    /// Opens a session of a user who signs in, and reports it in the log; returns where.
    write sign_in(
        actor: EventActor,
        client: IpAddr,
        token: TokenToStore,
        now: Timestamp,
    ) -> (SessionId, Vec<(WorkspaceId, Seq)>);
    /// Reports a sign-in that failed in the log of its user; returns where.
    write note_failure(actor: EventActor, reason: SignInFailure, now: Timestamp) -> Vec<(WorkspaceId, Seq)>;
    /// Trades a refresh token for the next one.
    write rotate(hash: String, next: TokenToStore, client: IpAddr, now: Timestamp) -> Rotation;
    /// The session of a refresh token, whatever has become of both; `None`: the token is not known.
    read of_token(hash: &str) -> Option<SessionId>;
    /// Ends a session.
    write revoke(session: SessionId, now: Timestamp) -> ();
    /// Revokes a session of a user; `false`: it is not theirs, or was revoked before.
    write revoke_of(user: UserId, session: SessionId, now: Timestamp) -> bool;
    /// Ends every session of a user but `kept`; returns those that it ended.
    write revoke_others(user: UserId, kept: SessionId, now: Timestamp) -> Vec<SessionId>;
    /// A window of the user's sessions that can still be refreshed, newest first.
    read page(user: UserId, window: &Window, now: Timestamp) -> Vec<Session>;
    /// Sessions of the user by id, of those that can still be refreshed.
    read by_ids(user: UserId, ids: &[SessionId], now: Timestamp) -> Vec<Session>;
    /// How many sessions of a user can still be refreshed.
    read count(user: UserId, now: Timestamp) -> i64;
    /// Whether a session is still valid.
    read is_live(session: SessionId) -> bool;
    /// When a session was opened; `None`: there is none.
    read opened_at(session: SessionId) -> Option<Timestamp>;
    /// Sessions that were revoked after a time.
    read revoked_since(since: Timestamp) -> Vec<SessionId>;
    /// Forgets tokens that have expired, and sessions that are too old to be known by and have none left.
    write sweep(now: Timestamp) -> usize;
}
