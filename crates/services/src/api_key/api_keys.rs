//! API keys: what a program shows in place of a session.

use crate::context::{Keyed, MutationKey, NOTED_EVERY};
use crate::{ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::{Action, ApiKeySecret};
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::api_key::{ApiKeyScope, DEFAULT_LIFETIME, KeyGrant, LONGEST_LIFETIME, LONGEST_OVERLAP};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{ApiKeyId, UserId, WorkspaceId};
use fanfare_domain::sql::Strings;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::page::Window;
use fanfare_storage::rows::{ApiKey, ApiKeySecretRow, NewApiKey, NewApiKeySecret};
use std::sync::Arc;
use std::time::Duration;

const MAX_NAME_CHARS: usize = 100;

/// A key as it is asked for.
#[derive(Clone, Debug)]
pub struct KeyRequest {
    pub name: String,
    pub scopes: Vec<ApiKeyScope>,
    /// `None`: after 90 days, or never.
    pub expires_at: Option<Timestamp>,
    pub never_expires: bool,
}

/// A key with its new secret, which is in no other place.
#[derive(Debug)]
pub struct MadeKey {
    pub key: ApiKey,
    /// `None`: a repetition under the same `clientMutationKey`; the secret was shown the first time.
    pub secret: Option<ApiKeySecret>,
    pub seq: Seq,
}

impl Services {
    /// Who holds an API key. `None`: there is no such key, or it has been revoked. An expired one is answered: the
    /// actor's `expires_at` tells.
    pub async fn key_holder(self: &Arc<Self>, text: &str) -> ServiceResult<Option<Actor>> {
        let Some(secret) = ApiKeySecret::parse(text) else { return Ok(None) };
        let Some(known) = self.access.key(&self.db, secret.prefix()).await? else { return Ok(None) };
        let (stored, key) = &*known;
        if !self.api_key_hasher.matches(&secret, &stored.secret_hash) {
            return Ok(None);
        }
        self.note_use(key, &secret, stored).await;
        let grant = KeyGrant {
            id: key.id,
            prefix: secret.prefix().to_owned(),
            workspace_id: key.workspace_id,
            scopes: key.known_scopes(),
        };
        Ok(Some(Actor {
            user_id: key.user_id,
            credential: Credential::ApiKey(Arc::new(grant)),
            default_workspace: key.workspace_id,
            expires_at: stored.expires_at,
            ip_address: None,
        }))
    }

    /// Whether the secret that an actor showed still opens anything.
    pub async fn key_is_live(&self, actor: &Actor, grant: &KeyGrant) -> ServiceResult<bool> {
        let now = self.clock.now();
        if actor.is_expired(now) {
            return Ok(false);
        }
        let known = self.access.key(&self.db, &grant.prefix).await?;
        // A rotation shortens the life of the secret that was shown.
        Ok(known.is_some_and(|known| known.0.expires_at.is_none_or(|at| at > now)))
    }

    /// Off the request's path: whoever asks with the key does not wait, and a use that is not noted harms nobody. A hash
    /// that hangs on an old secret of the server is replaced, so that this secret can be dropped.
    async fn note_use(self: &Arc<Self>, key: &ApiKey, secret: &ApiKeySecret, stored: &ApiKeySecretRow) {
        if !self.access.is_first_use(key.id).await {
            return;
        }
        let (services, workspace, id) = (Arc::clone(self), key.workspace_id, key.id);
        let prefix = secret.prefix().to_owned();
        let new_hash = self.api_key_hasher.rehash(secret, &stored.secret_hash);
        tokio::spawn(async move {
            let now = services.clock.now();
            if let Some(hash) = new_hash {
                match services.db.api_keys().rehash(workspace, &prefix, &hash).await {
                    Ok(()) => services.access.forget_key(&prefix).await,
                    Err(error) => {
                        tracing::warn!(%error, api_key.id = %id, "an API key could not be hashed anew");
                    }
                }
            }
            let noted = services.db.api_keys().touch(workspace, id, now, now.minus(NOTED_EVERY)).await;
            if let Err(error) = noted {
                tracing::warn!(%error, api_key.id = %id, "the use of an API key could not be noted");
            }
        });
    }

    /// Makes a key for the actor himself.
    pub async fn create_api_key(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        request: KeyRequest,
        key: Option<MutationKey>,
    ) -> ServiceResult<MadeKey> {
        self.authorize(actor, workspace, Action::ManageOwnKeys).await?;
        let now = self.clock.now();
        let key = match self.look_up_key(key, workspace, actor.user_id, now).await? {
            Keyed::Run(key) => key,
            Keyed::Replay(first) => return self.first_key(workspace, &first).await,
        };
        if request.never_expires {
            self.authorize(actor, workspace, Action::ManageAllKeys).await?;
        }
        let (name, scopes, expires_at) = checked(&request, now)?;
        let secret = ApiKeySecret::generate();
        let stored = self.to_store(&secret, expires_at);
        let new = NewApiKey {
            workspace_id: workspace,
            user_id: actor.user_id,
            name,
            prefix: stored.prefix.clone(),
            scopes: Strings(scopes.iter().map(ToString::to_string).collect()),
            created_at: now,
            expires_at,
        };
        let (services, by) = (Arc::clone(self), EventActor::from(actor));
        uncancelled(async move {
            let (key, fresh, seq) = services.db.api_keys().create(new, stored, by, key).await?;
            services.hub.committed(workspace, seq);
            Ok(MadeKey { key, secret: fresh.then_some(secret), seq })
        })
        .await
    }

    async fn first_key(&self, workspace: WorkspaceId, first: &serde_json::Value) -> ServiceResult<MadeKey> {
        let id = first.get("api_key_id").and_then(serde_json::Value::as_i64).map_or(ApiKeyId(0), ApiKeyId);
        let key = self.db.api_keys().find(workspace, id).await?.ok_or(ServiceError::NotFound)?;
        let seq = self.db.events().last_seq(workspace).await?;
        Ok(MadeKey { key, secret: None, seq })
    }

    /// Gives one of the actor's own keys a new secret; the old one stays good for `overlap`, but not beyond its own
    /// end. A key that never expires stays so unless `expires_at` is given.
    pub async fn rotate_api_key(
        self: &Arc<Self>,
        actor: &Actor,
        id: ApiKeyId,
        overlap: Duration,
        expires_at: Option<Timestamp>,
    ) -> ServiceResult<MadeKey> {
        let found = self.reachable_key(actor, id).await?;
        let workspace = found.workspace_id;
        self.authorize(actor, workspace, Action::ManageOwnKeys).await?;
        if found.user_id != actor.user_id {
            // Its secret acts in that person's name.
            let words = "Only the person of a key can rotate it; revoke it instead.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        if overlap > LONGEST_OVERLAP {
            let words = "Give an overlap of at most 604800 seconds (7 days).";
            return Err(UserError::new(UserErrorCode::Invalid, "overlapSeconds", words).into());
        }
        let now = self.clock.now();
        let never_expires = found.expires_at.is_none() && expires_at.is_none();
        let expires_at = lifetime(expires_at, never_expires, now)?;
        let secret = ApiKeySecret::generate();
        let stored = self.to_store(&secret, expires_at);
        let (services, by) = (Arc::clone(self), EventActor::from(actor));
        uncancelled(async move {
            let old_end = now.plus(overlap);
            let (key, old, seq) =
                services.db.api_keys().rotate(workspace, id, stored, old_end, by, now).await?;
            services.keys_changed(workspace, &old, seq).await;
            Ok(MadeKey { key, secret: Some(secret), seq })
        })
        .await
    }

    /// Ends a key: one's own, or, for an admin, anybody's in the workspace.
    pub async fn revoke_api_key(
        self: &Arc<Self>,
        actor: &Actor,
        id: ApiKeyId,
    ) -> ServiceResult<(ApiKey, Seq)> {
        let found = self.reachable_key(actor, id).await?;
        let workspace = found.workspace_id;
        self.authorize(actor, workspace, Action::ManageOwnKeys).await?;
        if found.user_id != actor.user_id {
            self.authorize(actor, workspace, Action::ManageAllKeys).await?;
        }
        let (services, by) = (Arc::clone(self), EventActor::from(actor));
        uncancelled(async move {
            let now = services.clock.now();
            let (key, known, seq) = services.db.api_keys().revoke(workspace, id, by, now).await?;
            services.keys_changed(workspace, &known, seq).await;
            Ok((key, seq))
        })
        .await
    }

    async fn keys_changed(&self, workspace: WorkspaceId, prefixes: &[String], seq: Seq) {
        for prefix in prefixes {
            self.access.forget_key(prefix).await;
        }
        self.hub.committed(workspace, seq);
    }

    /// A window of the keys, newest first: all for an admin, for others their own.
    pub async fn api_keys(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        window: &Window,
    ) -> ServiceResult<Vec<ApiKey>> {
        let of = self.keys_seen(actor, workspace).await?;
        Ok(self.db.api_keys().page(workspace, of, window).await?)
    }

    pub async fn count_api_keys(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<i64> {
        let of = self.keys_seen(actor, workspace).await?;
        Ok(self.db.api_keys().count(workspace, of).await?)
    }

    /// Whose keys an actor sees; `None`: everybody's.
    async fn keys_seen(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<Option<UserId>> {
        self.authorize(actor, workspace, Action::ManageOwnKeys).await?;
        match self.authorize(actor, workspace, Action::ManageAllKeys).await {
            Ok(()) => Ok(None),
            Err(ServiceError::Forbidden(_)) => Ok(Some(actor.user_id)),
            Err(error) => Err(error),
        }
    }

    /// A key of one of the actor's workspaces that he may know of: his own, or, for an admin, anybody's.
    async fn reachable_key(&self, actor: &Actor, id: ApiKeyId) -> ServiceResult<ApiKey> {
        let absent = || ServiceError::from(UserError::not_found("apiKeyId", "API key"));
        let places = self.db.ownership().of_api_keys(actor.user_id, &[id]).await?;
        let workspace = places.first().map(|(_, at)| *at).filter(|at| actor.reaches(*at));
        let workspace = workspace.ok_or_else(absent)?;
        let seen = self.keys_seen(actor, workspace).await?;
        let key = self.db.api_keys().find(workspace, id).await?;
        key.filter(|key| seen.is_none_or(|user| key.user_id == user)).ok_or_else(absent)
    }

    fn to_store(&self, secret: &ApiKeySecret, expires_at: Option<Timestamp>) -> NewApiKeySecret {
        let secret_hash = self.api_key_hasher.hash(secret);
        NewApiKeySecret { prefix: secret.prefix().to_owned(), secret_hash, expires_at }
    }
}

type Checked = (String, Vec<ApiKeyScope>, Option<Timestamp>);

/// Everything that is wrong with a request, or its fields as they are stored.
fn checked(request: &KeyRequest, now: Timestamp) -> ServiceResult<Checked> {
    let mut errors = Vec::new();
    let name = request.name.trim().to_owned();
    if name.is_empty() {
        errors.push(UserError::new(UserErrorCode::Required, "name", "Say what the key is for."));
    } else if name.chars().count() > MAX_NAME_CHARS || name.chars().any(char::is_control) {
        let words = format!("Give a name of 1 to {MAX_NAME_CHARS} printable characters.");
        errors.push(UserError::new(UserErrorCode::Invalid, "name", words));
    }
    let mut scopes = request.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        errors.push(UserError::new(UserErrorCode::Required, "scopes", "Give at least one scope."));
    }
    let expires_at = lifetime(request.expires_at, request.never_expires, now);
    match expires_at {
        Ok(expires_at) if errors.is_empty() => Ok((name, scopes, expires_at)),
        Ok(_) => Err(ServiceError::User(errors)),
        Err(error) => {
            errors.push(error);
            Err(ServiceError::User(errors))
        }
    }
}

/// When a key made now ends.
fn lifetime(asked: Option<Timestamp>, never: bool, now: Timestamp) -> Result<Option<Timestamp>, UserError> {
    let refused = |words: &str| Err(UserError::new(UserErrorCode::Invalid, "expiresAt", words));
    match asked {
        Some(_) if never => refused("Give a time, or let the key never expire; not both."),
        Some(at) if at <= now => refused("Give a time ahead."),
        Some(at) if at > now.plus(LONGEST_LIFETIME) => refused("Give a time within a year."),
        Some(at) => Ok(Some(at)),
        None if never => Ok(None),
        None => Ok(Some(now.plus(DEFAULT_LIFETIME))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000).unwrap()
    }

    #[test]
    fn a_key_ends_after_ninety_days_by_default_and_after_a_year_at_the_latest() {
        let day = Duration::from_hours(24);
        assert_eq!(lifetime(None, false, now()), Ok(Some(now().plus(day * 90))));
        assert_eq!(lifetime(None, true, now()), Ok(None));
        assert_eq!(lifetime(Some(now().plus(day * 365)), false, now()), Ok(Some(now().plus(day * 365))));
        let late = now().plus(day * 365 + Duration::from_secs(1));
        for (at, never) in [(now(), false), (late, false), (now().plus(day), true)] {
            assert_eq!(lifetime(Some(at), never, now()).unwrap_err().path, ["input", "expiresAt"]);
        }
    }

    #[test]
    fn everything_wrong_with_a_request_is_told_at_once() {
        let request = KeyRequest {
            name: " ".to_owned(),
            scopes: Vec::new(),
            expires_at: Some(now()),
            never_expires: false,
        };
        let Err(ServiceError::User(errors)) = checked(&request, now()) else { panic!("it was accepted") };
        let fields: Vec<&str> =
            errors.iter().filter_map(|error| error.path.last()).map(String::as_str).collect();
        assert_eq!(fields, ["name", "scopes", "expiresAt"]);
    }
}
