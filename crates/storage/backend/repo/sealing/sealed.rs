//! Sealed texts, of all workspaces, to be sealed again. Each is replaced only where it is still what was read: whoever
//! has stored another text meanwhile, as a refresh of tokens does, is not overwritten.

use crate::Conn;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, StepId, TargetId, UserId};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::SealedAccount;

/// The tokens of accounts behind `after`.
pub async fn accounts(conn: &mut Conn, after: AccountId, limit: i64) -> QueryResult<Vec<SealedAccount>> {
    accounts::table
        .filter(accounts::id.gt(after).and(accounts::access_token_sealed.is_not_null()))
        .order(accounts::id)
        .limit(limit)
        .select(SealedAccount::as_select())
        .load(conn)
        .await
}

/// Replaces the tokens of an account; `false` where they are not the ones that were read any more. Whoever stores
/// tokens seals the access token again, and no two seals are alike: it tells for both.
pub async fn swap_account(
    conn: &mut Conn,
    read: &SealedAccount,
    access: &str,
    refresh: Option<&str>,
) -> QueryResult<bool> {
    let account =
        accounts::table.find(read.id).filter(accounts::access_token_sealed.eq(&read.access_token_sealed));
    let swapped = diesel::update(account)
        .set((accounts::access_token_sealed.eq(Some(access)), accounts::refresh_token_sealed.eq(refresh)))
        .execute(conn)
        .await?;
    Ok(swapped == 1)
}

/// What steps behind `after` remember, with the target that it is bound to.
pub async fn steps(
    conn: &mut Conn,
    after: StepId,
    limit: i64,
) -> QueryResult<Vec<(StepId, TargetId, String)>> {
    publish_steps::table
        .filter(publish_steps::id.gt(after).and(publish_steps::memory_sealed.is_not_null()))
        .order(publish_steps::id)
        .limit(limit)
        .select((publish_steps::id, publish_steps::target_id, publish_steps::memory_sealed.assume_not_null()))
        .load(conn)
        .await
}

/// Replaces what a step remembers; `false` where it is not what was read any more.
pub async fn swap_step(conn: &mut Conn, id: StepId, read: &str, sealed: &str) -> QueryResult<bool> {
    let step = publish_steps::table.find(id).filter(publish_steps::memory_sealed.eq(read));
    let swapped =
        diesel::update(step).set(publish_steps::memory_sealed.eq(Some(sealed))).execute(conn).await?;
    Ok(swapped == 1)
}

/// The PKCE verifiers of consents under way whose hash of the state is behind `after`.
pub async fn consents(
    conn: &mut Conn,
    after: &str,
    limit: i64,
    now: Timestamp,
) -> QueryResult<Vec<(String, String)>> {
    oauth_states::table
        .filter(oauth_states::state_hash.gt(after).and(oauth_states::pkce_verifier_sealed.is_not_null()))
        .filter(oauth_states::used_at.is_null().and(oauth_states::expires_at.gt(now)))
        .order(oauth_states::state_hash)
        .limit(limit)
        .select((oauth_states::state_hash, oauth_states::pkce_verifier_sealed.assume_not_null()))
        .load(conn)
        .await
}

/// Replaces the verifier of a consent; `false` where it is not what was read any more.
pub async fn swap_consent(conn: &mut Conn, hash: &str, read: &str, sealed: &str) -> QueryResult<bool> {
    let state = oauth_states::table.find(hash).filter(oauth_states::pkce_verifier_sealed.eq(read));
    let swapped =
        diesel::update(state).set(oauth_states::pkce_verifier_sealed.eq(Some(sealed))).execute(conn).await?;
    Ok(swapped == 1)
}

/// The secrets of apps that make codes, of people behind `after`.
pub async fn totp_secrets(conn: &mut Conn, after: UserId, limit: i64) -> QueryResult<Vec<(UserId, String)>> {
    second_factors::table
        .filter(second_factors::user_id.gt(after))
        .order(second_factors::user_id)
        .limit(limit)
        .select((second_factors::user_id, second_factors::secret_sealed))
        .load(conn)
        .await
}

/// Replaces the secret of a person's app; `false` where it is not what was read any more.
pub async fn swap_totp_secret(conn: &mut Conn, user: UserId, read: &str, sealed: &str) -> QueryResult<bool> {
    let factor = second_factors::table.find(user).filter(second_factors::secret_sealed.eq(read));
    let swapped = diesel::update(factor).set(second_factors::secret_sealed.eq(sealed)).execute(conn).await?;
    Ok(swapped == 1)
}
