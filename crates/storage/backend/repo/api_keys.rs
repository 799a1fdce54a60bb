//! API keys and the hashes of their secrets.

use super::{Conn, events, idempotency};
use fanfare_domain::api_key::{ApiKeyStatus, MOST_KEYS};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::ApiKeyPayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{ApiKeyId, UserId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::page::{Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{ApiKey, ApiKeySecretRow, NewApiKey, NewApiKeySecret};
use serde_json::json;

/// The key that a secret's prefix names, with the stored hash. For sign-in, which knows no workspace yet.
pub async fn by_prefix(conn: &mut Conn, prefix: &str) -> QueryResult<Option<(ApiKeySecretRow, ApiKey)>> {
    api_key_secrets::table
        .inner_join(api_keys::table)
        .filter(api_key_secrets::prefix.eq(prefix).and(api_keys::revoked_at.is_null()))
        .select((ApiKeySecretRow::as_select(), ApiKey::as_select()))
        .first(conn)
        .await
        .optional()
}

/// Stores a key. `false` in the answer: the `clientMutationKey` was used before, and the first key is answered.
pub async fn create(
    conn: &mut Conn,
    new: NewApiKey,
    secret: NewApiKeySecret,
    actor: EventActor,
    key: Option<KeyedInput>,
) -> CommandResult<(ApiKey, bool, Seq)> {
    tx!(conn, {
        let (workspace, user, now) = (new.workspace_id, new.user_id, new.created_at);
        if let Some(key) = &key
            && let Replay::Known(first) = idempotency::begin(conn, key, now).await?
        {
            let id = first.and_then(|first| first.get("api_key_id")?.as_i64()).map_or(ApiKeyId(0), ApiKeyId);
            let first = find(conn, workspace, id).await?.ok_or(CommandError::NotFound)?;
            return Ok((first, false, events::last_seq(conn, workspace).await?));
        }
        assert_room(conn, workspace, user, now).await?;
        let made: ApiKey = diesel::insert_into(api_keys::table)
            .values(&new)
            .returning(ApiKey::as_returning())
            .get_result(conn)
            .await?;
        store(conn, &made, &secret, now).await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "api_key_id": made.id })).await?;
        }
        let seq = append(conn, &made, actor, EventPayload::KeyCreated, now).await?;
        Ok((made, true, seq))
    })
}

/// Gives a key a new secret. Those that it has end at `old_end` at the latest. Answers their prefixes, too.
pub async fn rotate(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: ApiKeyId,
    secret: NewApiKeySecret,
    old_end: Timestamp,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(ApiKey, Vec<String>, Seq)> {
    tx!(conn, {
        let found = find(conn, workspace, id).await?.ok_or(CommandError::NotFound)?;
        assert_active(&found, now)?;
        let old = prefixes(conn, id).await?;
        diesel::update(api_key_secrets::table)
            .filter(api_key_secrets::api_key_id.eq(id))
            .filter(api_key_secrets::expires_at.is_null().or(api_key_secrets::expires_at.gt(old_end)))
            .set(api_key_secrets::expires_at.eq(Some(old_end)))
            .execute(conn)
            .await?;
        let key: ApiKey = diesel::update(api_keys::table.find(id))
            .set((
                api_keys::prefix.eq(&secret.prefix),
                api_keys::expires_at.eq(secret.expires_at),
                api_keys::rotated_at.eq(Some(now)),
            ))
            .returning(ApiKey::as_returning())
            .get_result(conn)
            .await?;
        store(conn, &key, &secret, now).await?;
        let seq = append(conn, &key, actor, EventPayload::KeyRotated, now).await?;
        Ok((key, old, seq))
    })
}

/// Ends a key with all its secrets; one that has been ended stays as it is. Answers their prefixes, too.
pub async fn revoke(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: ApiKeyId,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(ApiKey, Vec<String>, Seq)> {
    tx!(conn, {
        let found = find(conn, workspace, id).await?.ok_or(CommandError::NotFound)?;
        let known = prefixes(conn, id).await?;
        if found.revoked_at.is_some() {
            let seq = events::last_seq(conn, workspace).await?;
            return Ok((found, known, seq));
        }
        let key: ApiKey = diesel::update(api_keys::table.find(id))
            .set(api_keys::revoked_at.eq(Some(now)))
            .returning(ApiKey::as_returning())
            .get_result(conn)
            .await?;
        let seq = append(conn, &key, actor, EventPayload::KeyRevoked, now).await?;
        Ok((key, known, seq))
    })
}

/// A key by its id.
pub async fn find(conn: &mut Conn, workspace: WorkspaceId, id: ApiKeyId) -> QueryResult<Option<ApiKey>> {
    let row = api_keys::table.filter(api_keys::workspace_id.eq(workspace).and(api_keys::id.eq(id)));
    row.select(ApiKey::as_select()).first(conn).await.optional()
}

/// Keys by id; those of other workspaces are left out.
pub async fn by_ids(conn: &mut Conn, workspace: WorkspaceId, ids: &[ApiKeyId]) -> QueryResult<Vec<ApiKey>> {
    api_keys::table
        .filter(api_keys::workspace_id.eq(workspace).and(api_keys::id.eq_any(ids)))
        .select(ApiKey::as_select())
        .load(conn)
        .await
}

/// A window of the keys, newest first: one person's, or everyone's.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    of: Option<UserId>,
    window: &Window,
) -> QueryResult<Vec<ApiKey>> {
    let mut keys = api_keys::table.into_boxed().filter(api_keys::workspace_id.eq(workspace));
    if let Some(user) = of {
        keys = keys.filter(api_keys::user_id.eq(user));
    }
    windowed!(keys, window, Order::NewestFirst, api_keys::created_at, api_keys::id, ApiKeyId)
        .select(ApiKey::as_select())
        .load(conn)
        .await
}

/// How many keys there are: one person's, or everyone's.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, of: Option<UserId>) -> QueryResult<i64> {
    let mut query = api_keys::table.into_boxed().filter(api_keys::workspace_id.eq(workspace));
    if let Some(user) = of {
        query = query.filter(api_keys::user_id.eq(user));
    }
    query.count().get_result(conn).await
}

/// Stores another hash of the same secret.
pub async fn rehash(conn: &mut Conn, workspace: WorkspaceId, prefix: &str, hash: &str) -> QueryResult<()> {
    let keys = api_keys::table.filter(api_keys::workspace_id.eq(workspace)).select(api_keys::id);
    let secret = api_key_secrets::table
        .filter(api_key_secrets::prefix.eq(prefix).and(api_key_secrets::api_key_id.eq_any(keys)));
    diesel::update(secret).set(api_key_secrets::secret_hash.eq(hash)).execute(conn).await?;
    Ok(())
}

/// Notes that a key was used, unless that was noted after `before`: several nodes notice the same use.
pub async fn touch(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: ApiKeyId,
    now: Timestamp,
    before: Timestamp,
) -> QueryResult<usize> {
    diesel::update(api_keys::table)
        .filter(api_keys::workspace_id.eq(workspace).and(api_keys::id.eq(id)))
        .filter(api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(before)))
        .set(api_keys::last_used_at.eq(Some(now)))
        .execute(conn)
        .await
}

async fn prefixes(conn: &mut Conn, id: ApiKeyId) -> QueryResult<Vec<String>> {
    api_key_secrets::table
        .filter(api_key_secrets::api_key_id.eq(id))
        .select(api_key_secrets::prefix)
        .load(conn)
        .await
}

async fn store(
    conn: &mut Conn,
    key: &ApiKey,
    secret: &NewApiKeySecret,
    now: Timestamp,
) -> QueryResult<usize> {
    diesel::insert_into(api_key_secrets::table)
        .values((
            api_key_secrets::prefix.eq(&secret.prefix),
            api_key_secrets::workspace_id.eq(key.workspace_id),
            api_key_secrets::api_key_id.eq(key.id),
            api_key_secrets::secret_hash.eq(&secret.secret_hash),
            api_key_secrets::created_at.eq(now),
            api_key_secrets::expires_at.eq(secret.expires_at),
        ))
        .execute(conn)
        .await
}

async fn assert_room(
    conn: &mut Conn,
    workspace: WorkspaceId,
    user: UserId,
    now: Timestamp,
) -> CommandResult<()> {
    let live: i64 = api_keys::table
        .filter(api_keys::workspace_id.eq(workspace).and(api_keys::user_id.eq(user)))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(now)))
        .count()
        .get_result(conn)
        .await?;
    if live < MOST_KEYS {
        return Ok(());
    }
    let words = format!("You have {MOST_KEYS} keys in this workspace; revoke one first.");
    Err(UserError::new(UserErrorCode::TooMany, "", words).into())
}

fn assert_active(key: &ApiKey, now: Timestamp) -> CommandResult<()> {
    let status = key.status(now);
    if status == ApiKeyStatus::Active {
        return Ok(());
    }
    let words = format!("The key is {status}; make a new one.");
    Err(UserError::new(UserErrorCode::ApiKeyEnded, "apiKeyId", words).into())
}

async fn append(
    conn: &mut Conn,
    key: &ApiKey,
    actor: EventActor,
    kind: fn(ApiKeyPayload) -> EventPayload,
    now: Timestamp,
) -> QueryResult<Seq> {
    let subject = Subject { user_id: Some(key.user_id), ..Subject::default() };
    let payload = kind(ApiKeyPayload {
        api_key_id: key.id,
        name: Some(key.name.clone()),
        prefix: key.prefix.clone(),
        scopes: key.scopes.0.clone(),
        expires_at: key.expires_at,
    });
    events::append(conn, key.workspace_id, Some(actor), vec![NewEvent::new(subject, payload)], now).await
}
