//! Who may do what where. Every service asks here first.

use super::{Context, ServiceError, ServiceResult};
use fanfare_auth::{Action, may, scopes_allow};
use fanfare_domain::actor::{Actor, Credential, Role};
use fanfare_domain::api_key::KeyGrant;
use fanfare_domain::id::{ApiKeyId, SessionId, UserId, WorkspaceId};
use fanfare_storage::rows::{ApiKey, ApiKeySecretRow};
use fanfare_storage::{Db, DbError};
use moka::future::Cache;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a role, a session or an API key may be taken from memory: a member who is removed on another node, or a
/// session or key that is ended there, is noticed after this time at the latest.
const REMEMBERED_FOR: Duration = Duration::from_secs(20);
const REMEMBERED: u64 = 100_000;
/// How often the use of an API key is noted.
pub(crate) const NOTED_EVERY: Duration = Duration::from_mins(1);

/// Why nothing was put into memory: only what is there is remembered.
enum Miss {
    Nothing,
    Failed(DbError),
}

impl From<DbError> for Miss {
    fn from(error: DbError) -> Self {
        Self::Failed(error)
    }
}

fn kept<T>(found: Result<T, Arc<Miss>>) -> ServiceResult<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(miss) => match &*miss {
            Miss::Nothing => Ok(None),
            // The error is shared by all who waited for the same read.
            Miss::Failed(DbError::Unavailable(words)) => Err(ServiceError::Unavailable(words.clone())),
            Miss::Failed(error) => Err(ServiceError::Internal(anyhow::anyhow!("{error}"))),
        },
    }
}

/// Roles, sessions and API keys, remembered for a short time. Those who ask for the same at once share one read.
pub struct Access {
    roles: Cache<(WorkspaceId, UserId), Role>,
    sessions: Cache<SessionId, ()>,
    /// By the prefix of the secret; only keys that were not revoked.
    keys: Cache<String, Arc<(ApiKeySecretRow, ApiKey)>>,
    /// Keys whose use was noted in the last minute.
    noted: Cache<ApiKeyId, ()>,
    /// Grows whenever something is forgotten: a read that was under way then may bring back what was forgotten.
    forgotten: AtomicU64,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            roles: Cache::builder().max_capacity(REMEMBERED).time_to_live(REMEMBERED_FOR).build(),
            sessions: Cache::builder().max_capacity(REMEMBERED).time_to_live(REMEMBERED_FOR).build(),
            keys: Cache::builder().max_capacity(REMEMBERED).time_to_live(REMEMBERED_FOR).build(),
            noted: Cache::builder().max_capacity(REMEMBERED).time_to_live(NOTED_EVERY).build(),
            forgotten: AtomicU64::new(0),
        }
    }
}

impl Access {
    async fn role(&self, db: &Db, workspace: WorkspaceId, user: UserId) -> ServiceResult<Option<Role>> {
        if let Some(role) = self.roles.get(&(workspace, user)).await {
            return Ok(Some(role));
        }
        let read = || async move {
            let role = db.workspaces().role_of(workspace, user).await?;
            role.ok_or(Miss::Nothing)
        };
        // Boxed: every subscription holds this future, and hardly ever reads.
        Box::pin(self.recall(&self.roles, (workspace, user), read)).await
    }

    /// Whether a session has not been ended.
    pub async fn session_is_live(&self, db: &Db, session: SessionId) -> ServiceResult<bool> {
        if self.sessions.contains_key(&session) {
            return Ok(true);
        }
        let read = || async move {
            let live = db.sessions().is_live(session).await?;
            if live { Ok(()) } else { Err(Miss::Nothing) }
        };
        Ok(Box::pin(self.recall(&self.sessions, session, read)).await?.is_some())
    }

    /// The key that a prefix names, with the hash of its secret; `None`: unknown or revoked.
    pub(crate) async fn key(
        &self,
        db: &Db,
        prefix: &str,
    ) -> ServiceResult<Option<Arc<(ApiKeySecretRow, ApiKey)>>> {
        if let Some(key) = self.keys.get(prefix).await {
            return Ok(Some(key));
        }
        let read = || async move {
            let key = db.api_keys().by_prefix(prefix).await?;
            key.map(Arc::new).ok_or(Miss::Nothing)
        };
        Box::pin(self.recall(&self.keys, prefix.to_owned(), read)).await
    }

    /// What `read` finds, for those who ask for the same at once. It is not kept where anything was forgotten meanwhile:
    /// what was read before that is read again.
    async fn recall<K, V, F>(
        &self,
        cache: &Cache<K, V>,
        key: K,
        read: impl Fn() -> F,
    ) -> ServiceResult<Option<V>>
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        F: Future<Output = Result<V, Miss>>,
    {
        let before = self.forgotten.load(Ordering::SeqCst);
        let found = cache.try_get_with(key.clone(), read()).await;
        if self.forgotten.load(Ordering::SeqCst) == before {
            return kept(found);
        }
        cache.invalidate(&key).await;
        kept(read().await.map_err(Arc::new))
    }

    /// Whether the use of a key must be noted now. Says so once in [`NOTED_EVERY`].
    pub(crate) async fn is_first_use(&self, key: ApiKeyId) -> bool {
        self.noted.entry(key).or_insert(()).await.is_fresh()
    }

    /// A secret was replaced, or its key ended.
    pub async fn forget_key(&self, prefix: &str) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.keys.invalidate(prefix).await;
    }

    /// A role was changed or taken away.
    pub async fn forget_role(&self, workspace: WorkspaceId, user: UserId) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.roles.invalidate(&(workspace, user)).await;
    }

    /// A session was ended.
    pub async fn forget_session(&self, session: SessionId) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.sessions.invalidate(&session).await;
    }
}

impl Context {
    /// The actor's role in a workspace. Not a member: [`ServiceError::NotFound`], as if there were no such workspace.
    pub async fn role(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<Role> {
        if !actor.reaches(workspace) {
            return Err(ServiceError::NotFound);
        }
        self.access.role(&self.db, workspace, actor.user_id).await?.ok_or(ServiceError::NotFound)
    }

    /// Refuses what the actor's role, or the scopes of their API key, do not allow.
    pub async fn authorize(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        action: Action,
    ) -> ServiceResult<()> {
        if !actor.reaches(workspace) {
            return Err(ServiceError::NotFound);
        }
        self.authorize_user(actor.user_id, workspace, action).await?;
        match &actor.credential {
            Credential::Session(_) => Ok(()),
            Credential::ApiKey(grant) => self.authorize_key(actor, grant, action).await,
        }
    }

    /// Asked again for every event of a subscription, which outlives the request that showed the key.
    async fn authorize_key(&self, actor: &Actor, grant: &KeyGrant, action: Action) -> ServiceResult<()> {
        if !self.key_is_live(actor, grant).await? {
            return Err(ServiceError::Forbidden("The API key has expired or was revoked.".to_owned()));
        }
        if scopes_allow(&grant.scopes, action) {
            return Ok(());
        }
        let needed = action.scope();
        Err(ServiceError::Forbidden(format!("This API key lacks the scope {needed}.")))
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

    /// The same for a user who acts without a session at hand.
    pub(crate) async fn authorize_user(
        &self,
        user: UserId,
        workspace: WorkspaceId,
        action: Action,
    ) -> ServiceResult<()> {
        let role = self.access.role(&self.db, workspace, user).await?.ok_or(ServiceError::NotFound)?;
        if may(role, action) {
            return Ok(());
        }
        let needed = action.needs();
        Err(ServiceError::Forbidden(format!("Your role is {role}; this needs the role {needed}.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[tokio::test]
    async fn a_role_that_was_read_before_it_was_forgotten_is_read_again_and_not_kept() {
        let access = Access::default();
        let (workspace, user) = (WorkspaceId(1), UserId(2));
        let reads = AtomicUsize::new(0);
        let read = || async {
            if reads.fetch_add(1, Ordering::SeqCst) > 0 {
                return Ok(Role::Viewer);
            }
            // Changed after it was read here.
            access.forget_role(workspace, user).await;
            Ok(Role::Admin)
        };
        let role = access.recall(&access.roles, (workspace, user), read).await.unwrap();
        assert_eq!((role, reads.load(Ordering::SeqCst)), (Some(Role::Viewer), 2));
        assert_eq!(access.roles.get(&(workspace, user)).await, None);
    }
}
