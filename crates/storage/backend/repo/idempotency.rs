//! One effect for one key: the same key and input within 24 hours gives the first result again.

use super::Conn;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::prelude::*;
use std::collections::HashMap;
use std::time::Duration;

const KEPT_FOR: Duration = Duration::from_hours(24);
/// Rows of one statement: SQLite takes 32,766 bind variables, a row has 7.
const AT_ONCE: usize = 1_000;

/// The rows of some keys, all of the user, the mutation and the workspace of the first.
macro_rules! these {
    ($first:expr, $texts:expr) => {
        idempotency_keys::table
            .filter(idempotency_keys::workspace_id.eq($first.workspace_id))
            .filter(idempotency_keys::user_id.eq($first.user_id))
            .filter(idempotency_keys::operation.eq($first.operation))
            .filter(idempotency_keys::idempotency_key.eq_any($texts))
    };
}

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
    Ok(replay(key, &hash, result)?)
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
    Ok(found.map_or(Ok(Replay::Fresh), |(hash, result)| replay(key, &hash, result))?)
}

/// The same for many keys of one user and one mutation in one workspace, in their order. An error is that of one key.
pub async fn known_many(
    conn: &mut Conn,
    keys: &[KeyedInput],
    now: Timestamp,
) -> QueryResult<Vec<Result<Replay, UserError>>> {
    let Some(first) = keys.first() else { return Ok(Vec::new()) };
    let mut found: HashMap<String, (String, Option<Json>)> = HashMap::new();
    for keys in keys.chunks(AT_ONCE) {
        let texts: Vec<String> = keys.iter().map(|key| key.key.clone()).collect();
        let rows: Vec<(String, String, Option<Json>)> = these!(first, texts)
            .filter(idempotency_keys::created_at.ge(now.minus(KEPT_FOR)))
            .select((
                idempotency_keys::idempotency_key,
                idempotency_keys::input_hash,
                idempotency_keys::result,
            ))
            .load(conn)
            .await?;
        found.extend(rows.into_iter().map(|(key, hash, result)| (key, (hash, result))));
    }
    let known = keys.iter().map(|key| match found.remove(&key.key) {
        Some((hash, result)) => replay(key, &hash, result),
        None => Ok(Replay::Fresh),
    });
    Ok(known.collect())
}

fn replay(key: &KeyedInput, hash: &str, result: Option<Json>) -> Result<Replay, UserError> {
    if hash == key.input_hash {
        key.mark.set();
        return Ok(Replay::Known(result.map(|json| json.0)));
    }
    let words = "This key was used with another input in the last 24 hours; use a new key.";
    Err(UserError::new(UserErrorCode::IdempotencyConflict, "clientMutationKey", words))
}

/// Keeps results under keys of one user and one mutation in one workspace, in the transaction that makes the results;
/// refused where one of the keys is known.
pub async fn store_new(
    conn: &mut Conn,
    results: &[(&KeyedInput, serde_json::Value)],
    now: Timestamp,
) -> CommandResult<()> {
    let Some((first, _)) = results.first() else { return Ok(()) };
    for results in results.chunks(AT_ONCE) {
        let texts: Vec<String> = results.iter().map(|(key, _)| key.key.clone()).collect();
        let old = idempotency_keys::created_at.lt(now.minus(KEPT_FOR));
        diesel::delete(these!(first, texts).filter(old)).execute(conn).await?;
        let rows = results.iter().map(|(key, result)| {
            (
                idempotency_keys::workspace_id.eq(key.workspace_id),
                idempotency_keys::user_id.eq(key.user_id),
                idempotency_keys::operation.eq(key.operation),
                idempotency_keys::idempotency_key.eq(key.key.clone()),
                idempotency_keys::input_hash.eq(key.input_hash.clone()),
                idempotency_keys::result.eq(Some(Json(result.clone()))),
                idempotency_keys::created_at.eq(now),
            )
        });
        let insert = diesel::insert_into(idempotency_keys::table)
            .values(rows.collect::<Vec<_>>())
            .on_conflict_do_nothing();
        let stored: usize = batch!(conn, execute, insert)?;
        if stored < results.len() {
            let words = "A key was used by another call meanwhile; send this one again.";
            return Err(UserError::new(UserErrorCode::IdempotencyConflict, "clientMutationKey", words).into());
        }
    }
    Ok(())
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
