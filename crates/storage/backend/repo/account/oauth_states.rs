//! Consents under way: each state is valid for one use.

use crate::Conn;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::AccountId;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{NewOauthState, OauthState};

/// Stores a consent that begins.
pub async fn insert(conn: &mut Conn, state: NewOauthState) -> QueryResult<()> {
    diesel::insert_into(oauth_states::table).values(&state).execute(conn).await?;
    Ok(())
}

/// A state that is neither used nor expired, left as it is.
pub async fn peek(conn: &mut Conn, hash: &str, now: Timestamp) -> QueryResult<Option<OauthState>> {
    oauth_states::table
        .find(hash)
        .filter(oauth_states::used_at.is_null().and(oauth_states::expires_at.gt(now)))
        .select(OauthState::as_select())
        .first(conn)
        .await
        .optional()
}

/// Uses a state up; `None` if it is unknown, used or expired. Of two at once one wins.
pub async fn consume(conn: &mut Conn, hash: &str, now: Timestamp) -> QueryResult<Option<OauthState>> {
    diesel::update(
        oauth_states::table
            .find(hash)
            .filter(oauth_states::used_at.is_null().and(oauth_states::expires_at.gt(now))),
    )
    .set(oauth_states::used_at.eq(Some(now)))
    .returning(OauthState::as_returning())
    .get_result(conn)
    .await
    .optional()
}

/// A state that was used up and has not expired. One whose consent failed is forgotten.
pub async fn used(conn: &mut Conn, hash: &str, now: Timestamp) -> QueryResult<Option<OauthState>> {
    oauth_states::table
        .find(hash)
        .filter(oauth_states::used_at.is_not_null().and(oauth_states::expires_at.gt(now)))
        .select(OauthState::as_select())
        .first(conn)
        .await
        .optional()
}

/// Keeps what came of a consent.
pub async fn keep_outcome(conn: &mut Conn, hash: &str, account: AccountId) -> QueryResult<()> {
    diesel::update(oauth_states::table.find(hash))
        .set(oauth_states::connected_account_id.eq(Some(account)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets a consent that failed.
pub async fn forget(conn: &mut Conn, hash: &str) -> QueryResult<()> {
    diesel::delete(oauth_states::table.find(hash)).execute(conn).await?;
    Ok(())
}

/// Forgets consents that were not finished in time.
pub async fn sweep(conn: &mut Conn, now: Timestamp) -> QueryResult<usize> {
    diesel::delete(oauth_states::table.filter(oauth_states::expires_at.lt(now))).execute(conn).await
}
