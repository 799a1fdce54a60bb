//! One effect for one key: the same key and input within 24 hours gives the first result again.

use super::Conn;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::prelude::*;
use std::time::Duration;

const KEPT_FOR: Duration = Duration::from_hours(24);

/// Takes the key for this transaction, or answers the result that the first one left. Twenty at once: the others wait
/// here until the first has committed.
pub async fn begin(conn: &mut Conn, key: &KeyedInput, now: Timestamp) -> CommandResult<Replay> {
    let this = idempotency_keys::table.find((key.workspace_id, key.user_id, key.operation, key.key.as_str()));
    diesel::delete(this.filter(idempotency_keys::created_at.lt(now.minus(KEPT_FOR)))).execute(conn).await?;
    let fresh = diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::workspace_id.eq(key.workspace_id),
            idempotency_keys::user_id.eq(key.user_id),
            idempotency_keys::operation.eq(key.operation),
            idempotency_keys::idempotency_key.eq(&key.key),
            idempotency_keys::input_hash.eq(&key.input_hash),
            idempotency_keys::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if fresh == 1 {
        return Ok(Replay::Fresh);
    }
    let (hash, result): (String, Option<Json>) =
        this.select((idempotency_keys::input_hash, idempotency_keys::result)).first(conn).await?;
    replay(key, &hash, result)
}

/// What is known of a key outside its command's transaction, where [`begin`] decides.
pub async fn known(conn: &mut Conn, key: &KeyedInput, now: Timestamp) -> CommandResult<Replay> {
    let found: Option<(String, Option<Json>)> = idempotency_keys::table
        .find((key.workspace_id, key.user_id, key.operation, key.key.as_str()))
        .filter(idempotency_keys::created_at.ge(now.minus(KEPT_FOR)))
        .select((idempotency_keys::input_hash, idempotency_keys::result))
        .first(conn)
        .await
        .optional()?;
    found.map_or(Ok(Replay::Fresh), |(hash, result)| replay(key, &hash, result))
}

fn replay(key: &KeyedInput, hash: &str, result: Option<Json>) -> CommandResult<Replay> {
    if hash == key.input_hash {
        key.mark.set();
        return Ok(Replay::Known(result.map(|json| json.0)));
    }
    Err(UserError::new(
        UserErrorCode::IdempotencyConflict,
        "clientMutationKey",
        "This key was used with another input in the last 24 hours; use a new key.",
    )
    .into())
}

/// Keeps the result under the key, in the command's transaction.
pub async fn store(conn: &mut Conn, key: &KeyedInput, result: serde_json::Value) -> QueryResult<()> {
    diesel::update(idempotency_keys::table.find((
        key.workspace_id,
        key.user_id,
        key.operation,
        key.key.as_str(),
    )))
    .set(idempotency_keys::result.eq(Some(Json(result))))
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the result of work that is done already; answers that of another who was first.
pub async fn keep(
    conn: &mut Conn,
    key: &KeyedInput,
    result: serde_json::Value,
    now: Timestamp,
) -> CommandResult<Option<serde_json::Value>> {
    tx!(conn, {
        if let Replay::Known(Some(first)) = begin(conn, key, now).await? {
            return Ok(Some(first));
        }
        store(conn, key, result).await?;
        Ok(None)
    })
}

/// Forgets keys older than a day.
pub async fn sweep(conn: &mut Conn, now: Timestamp) -> QueryResult<usize> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(now.minus(KEPT_FOR))))
        .execute(conn)
        .await
}
