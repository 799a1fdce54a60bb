//! API keys: what a program shows in place of a session.

use super::request::{KeyRequest, KeyRotation, checked, lifetime};
use crate::context::{
    Committed, Context, FirstResult, List, Listed, MutationKey, NOTED_EVERY, Query, ServiceError,
    ServiceResult, Window,
};
use crate::person::Passwords;
use crate::place::Places;
use fanfare_auth::{Action, ApiKeyHasher, ApiKeySecret};
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::api_key::{KeyGrant, LONGEST_OVERLAP};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{ApiKeyId, UserId, WorkspaceId};
use fanfare_domain::sql::Strings;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::rows::{ApiKey, ApiKeySecretRow, NewApiKey, NewApiKeySecret};
use std::sync::Arc;

/// A key with its new secret, which is in no other place.
#[derive(Debug)]
pub struct MadeKey {
    pub key: ApiKey,
    /// `None`: a repetition under the same `clientMutationKey`; the secret was shown the first time.
    pub secret: Option<ApiKeySecret>,
}

/// The list of a workspace's keys: all for an admin, for others their own.
#[derive(Clone, Copy, Debug)]
pub struct Keys;

/// The service of API keys.
#[derive(Clone)]
pub struct ApiKeys {
    context: Arc<Context>,
    places: Places,
    passwords: Passwords,
    hasher: Arc<ApiKeyHasher>,
}

impl ApiKeys {
    pub(crate) fn new(
        context: &Arc<Context>,
        places: &Places,
        passwords: &Passwords,
        hasher: ApiKeyHasher,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            places: places.clone(),
            passwords: passwords.clone(),
            hasher: Arc::new(hasher),
        }
    }

    /// Who holds an API key. `None`: there is no such key, or it has been revoked. An expired one is answered: the
    /// actor's `expires_at` tells.
    pub async fn key_holder(&self, text: &str) -> ServiceResult<Option<Actor>> {
        let Some(secret) = ApiKeySecret::parse(text) else { return Ok(None) };
        let Some(known) = self.context.access.key(&self.context.db, secret.prefix()).await? else {
            return Ok(None);
        };
        let (stored, key) = &*known;
        if !self.hasher.matches(&secret, &stored.secret_hash) {
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
    pub async fn is_live(&self, actor: &Actor, grant: &KeyGrant) -> ServiceResult<bool> {
        self.context.key_is_live(actor, grant).await
    }

    /// Off the request's path: whoever asks with the key does not wait, and a use that is not noted harms nobody. A hash
    /// that hangs on an old secret of the server is replaced, so that this secret can be dropped.
    async fn note_use(&self, key: &ApiKey, secret: &ApiKeySecret, stored: &ApiKeySecretRow) {
        if !self.context.access.is_first_use(key.id).await {
            return;
        }
        let (context, workspace, id) = (Arc::clone(&self.context), key.workspace_id, key.id);
        let prefix = secret.prefix().to_owned();
        let new_hash = self.hasher.rehash(secret, &stored.secret_hash);
        tokio::spawn(async move {
            let now = context.clock.now();
            if let Some(hash) = new_hash {
                match context.db.api_keys().rehash(workspace, &prefix, &hash).await {
                    Ok(()) => context.access.forget_key(&prefix).await,
                    Err(error) => {
                        tracing::warn!(%error, api_key.id = %id, "rehashing an API key failed");
                    }
                }
            }
            let noted = context.db.api_keys().touch(workspace, id, now, now.minus(NOTED_EVERY)).await;
            if let Err(error) = noted {
                tracing::warn!(%error, api_key.id = %id, "the use of an API key could not be noted");
            }
        });
    }

    /// Makes a key for the actor, who has signed in lately or shows their password.
    pub async fn create(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        request: KeyRequest,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<MadeKey>> {
        self.context.authorize(actor, workspace, Action::ManageOwnKeys).await?;
        let (by, again) = (EventActor::from(actor), |first| self.first(workspace, first));
        let first = |key| async move {
            self.passwords.confirm_recent(actor, request.password.clone()).await?;
            if request.never_expires {
                self.context.authorize(actor, workspace, Action::ManageAllKeys).await?;
            }
            let now = self.context.clock.now();
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
            let create = |context: Arc<Context>| async move {
                let (key, fresh, seq) = context.db.api_keys().create(new, stored, by, key).await?;
                ServiceResult::Ok((MadeKey { key, secret: fresh.then_some(secret) }, seq))
            };
            self.context.command(workspace, create).await
        };
        self.context.idempotent(key, (workspace, actor.user_id), again, first).await
    }

    async fn first(&self, workspace: WorkspaceId, first: FirstResult) -> ServiceResult<MadeKey> {
        let id = ApiKeyId(first.row("api_key_id")?);
        let key = self.context.db.api_keys().find(workspace, id).await?.ok_or(ServiceError::NotFound)?;
        Ok(MadeKey { key, secret: None })
    }

    /// Gives one of the actor's own keys a new secret; the old one stays valid for `overlap`, but not beyond its own
    /// end. A key that never expires stays so unless the rotation says otherwise. Asks for the password as `create` does.
    pub async fn rotate(
        &self,
        actor: &Actor,
        id: ApiKeyId,
        rotation: KeyRotation,
    ) -> ServiceResult<Committed<MadeKey>> {
        let found = self.reachable(actor, id).await?;
        let workspace = found.workspace_id;
        self.context.authorize(actor, workspace, Action::ManageOwnKeys).await?;
        if found.user_id != actor.user_id {
            // Its secret acts in that person's name.
            let words = "Only the person of a key can rotate it; revoke it instead.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        let KeyRotation { overlap, expires_at, password } = rotation;
        if overlap > LONGEST_OVERLAP {
            let words = "Give an overlap of at most 604800 seconds (7 days).";
            return Err(UserError::new(UserErrorCode::Invalid, "overlapSeconds", words).into());
        }
        self.passwords.confirm_recent(actor, password).await?;
        let now = self.context.clock.now();
        let never_expires = found.expires_at.is_none() && expires_at.is_none();
        let expires_at = lifetime(expires_at, never_expires, now)?;
        let secret = ApiKeySecret::generate();
        let stored = self.to_store(&secret, expires_at);
        let by = EventActor::from(actor);
        let rotate = |context: Arc<Context>| async move {
            let old_end = now.plus(overlap);
            let (key, old, seq) =
                context.db.api_keys().rotate(workspace, id, stored, old_end, by, now).await?;
            context.forget_keys(&old).await;
            ServiceResult::Ok((MadeKey { key, secret: Some(secret) }, seq))
        };
        self.context.command(workspace, rotate).await
    }

    /// Ends a key: one's own, or, for an admin, anyone's in the workspace.
    pub async fn revoke(&self, actor: &Actor, id: ApiKeyId) -> ServiceResult<Committed<ApiKey>> {
        let found = self.reachable(actor, id).await?;
        let workspace = found.workspace_id;
        self.context.authorize(actor, workspace, Action::ManageOwnKeys).await?;
        if found.user_id != actor.user_id {
            self.context.authorize(actor, workspace, Action::ManageAllKeys).await?;
        }
        let by = EventActor::from(actor);
        let revoke = |context: Arc<Context>| async move {
            let now = context.clock.now();
            let (key, known, seq) = context.db.api_keys().revoke(workspace, id, by, now).await?;
            context.forget_keys(&known).await;
            ServiceResult::Ok((key, seq))
        };
        self.context.command(workspace, revoke).await
    }

    /// The keys of a workspace, newest first: all for an admin, for others their own.
    pub fn list(&self, query: Query<Keys>) -> Listed<Self, Keys> {
        Listed { service: self.clone(), query }
    }

    /// Keys by id, whoever may see them: [`ApiKeys::may_see`] decides.
    pub async fn by_ids(&self, workspace: WorkspaceId, ids: &[ApiKeyId]) -> ServiceResult<Vec<ApiKey>> {
        Ok(self.context.db.api_keys().by_ids(workspace, ids).await?)
    }

    /// Whether the list of keys shows a key to the actor.
    pub async fn may_see(&self, actor: &Actor, key: &ApiKey) -> ServiceResult<bool> {
        match self.seen_by(actor, key.workspace_id).await {
            Ok(of) => Ok(of.is_none_or(|user| key.user_id == user)),
            Err(ServiceError::NotFound | ServiceError::Forbidden(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whose keys an actor sees; `None`: everyone's.
    async fn seen_by(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<Option<UserId>> {
        self.context.authorize(actor, workspace, Action::ManageOwnKeys).await?;
        match self.context.authorize(actor, workspace, Action::ManageAllKeys).await {
            Ok(()) => Ok(None),
            Err(ServiceError::Forbidden(_)) => Ok(Some(actor.user_id)),
            Err(error) => Err(error),
        }
    }

    /// A key of one of the actor's workspaces that they may know of: their own, or, for an admin, anyone's.
    async fn reachable(&self, actor: &Actor, id: ApiKeyId) -> ServiceResult<ApiKey> {
        let absent = || ServiceError::from(UserError::not_found("apiKeyId", "API key"));
        let workspace = match self.places.workspace_of(actor, id).await {
            Err(ServiceError::NotFound) => return Err(absent()),
            found => found?,
        };
        let seen = self.seen_by(actor, workspace).await?;
        let key = self.context.db.api_keys().find(workspace, id).await?;
        key.filter(|key| seen.is_none_or(|user| key.user_id == user)).ok_or_else(absent)
    }

    fn to_store(&self, secret: &ApiKeySecret, expires_at: Option<Timestamp>) -> NewApiKeySecret {
        let secret_hash = self.hasher.hash(secret);
        NewApiKeySecret { prefix: secret.prefix().to_owned(), secret_hash, expires_at }
    }
}

impl Context {
    async fn forget_keys(&self, prefixes: &[String]) {
        for prefix in prefixes {
            self.access.forget_key(prefix).await;
        }
    }
}

impl List for Listed<ApiKeys, Keys> {
    type Row = ApiKey;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<ApiKey>> {
        let (service, query) = (&self.service, &self.query);
        let of = service.seen_by(&query.actor, query.workspace).await?;
        Ok(service.context.db.api_keys().page(query.workspace, of, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (service, query) = (&self.service, &self.query);
        let of = service.seen_by(&query.actor, query.workspace).await?;
        Ok(service.context.db.api_keys().count(query.workspace, of).await?)
    }
}
