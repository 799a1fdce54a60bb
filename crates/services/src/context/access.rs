//! Who may do what where. Every service asks here first.

use super::epoch_cache::{EpochCache, Miss};
use super::session_watch::SessionWatch;
use super::witness::Right;
use super::{Context, ServiceError, ServiceResult};
use fanfare_auth::{Action, may, scopes_allow};
use fanfare_domain::actor::{Actor, Credential, Role};
use fanfare_domain::api_key::KeyGrant;
use fanfare_domain::id::{ApiKeyId, SessionId, UserId, WorkspaceId};
use fanfare_storage::Db;
use fanfare_storage::rows::{ApiKey, ApiKeySecretRow};
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;

/// How long a role, a session or an API key may be taken from memory: a member who is removed on another node, or a
/// session or key that is ended there, is noticed after this time at the latest.
const REMEMBERED_FOR: Duration = Duration::from_secs(20);
const REMEMBERED: u64 = 100_000;
/// How often the use of an API key is noted.
pub(crate) const NOTED_EVERY: Duration = Duration::from_mins(1);

/// Roles, sessions and API keys, remembered for a short time. Those who ask for the same at once share one read.
pub struct Access {
    roles: EpochCache<(WorkspaceId, UserId), Role>,
    sessions: EpochCache<SessionId, ()>,
    /// By the prefix of the secret; only keys that were not revoked.
    keys: EpochCache<String, Arc<(ApiKeySecretRow, ApiKey)>>,
    /// Keys whose use was noted in the last minute.
    noted: Cache<ApiKeyId, ()>,
    session_watch: SessionWatch,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            roles: EpochCache::new(REMEMBERED, REMEMBERED_FOR),
            sessions: EpochCache::new(REMEMBERED, REMEMBERED_FOR),
            keys: EpochCache::new(REMEMBERED, REMEMBERED_FOR),
            noted: Cache::builder().max_capacity(REMEMBERED).time_to_live(NOTED_EVERY).build(),
            session_watch: SessionWatch::default(),
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
        Box::pin(self.roles.recall((workspace, user), read)).await
    }

    /// Whether a session has not been ended.
    pub async fn session_is_live(&self, db: &Db, session: SessionId) -> ServiceResult<bool> {
        if self.sessions.get(&session).await.is_some() {
            return Ok(true);
        }
        let read = || async move {
            let live = db.sessions().is_live(session).await?;
            if live { Ok(()) } else { Err(Miss::Nothing) }
        };
        Ok(Box::pin(self.sessions.recall(session, read)).await?.is_some())
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
        Box::pin(self.keys.recall(prefix.to_owned(), read)).await
    }

    /// Whether the use of a key must be noted now. Says so once in [`NOTED_EVERY`].
    pub(crate) async fn is_first_use(&self, key: ApiKeyId) -> bool {
        self.noted.entry(key).or_insert(()).await.is_fresh()
    }

    /// A secret was replaced, or its key ended.
    pub async fn forget_key(&self, prefix: &str) {
        self.keys.forget(prefix).await;
    }

    /// A role was changed or taken away.
    pub async fn forget_role(&self, workspace: WorkspaceId, user: UserId) {
        self.roles.forget(&(workspace, user)).await;
    }

    /// A session was revoked: its live connections end.
    pub async fn forget_session(&self, session: SessionId) {
        self.sessions.forget(&session).await;
        self.session_watch.end(session);
    }

    pub(crate) fn session_watch(&self) -> &SessionWatch {
        &self.session_watch
    }
}

impl Context {
    /// The actor's role in a workspace. Not a member: [`ServiceError::NotFound`], as if there were no such workspace.
    pub async fn role(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<Role> {
        let role = self.role_now(actor, workspace).await;
        self.noted(workspace, role, |role| Right::Role(*role)).await
    }

    async fn role_now(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<Role> {
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
        let decision = self.decide(actor, workspace, action).await;
        self.noted(workspace, decision, |&()| Right::Action(action)).await
    }

    /// Whether the actor may do something; an error where that cannot be known now.
    pub(crate) async fn is_allowed(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        action: Action,
    ) -> ServiceResult<bool> {
        match self.authorize(actor, workspace, action).await {
            Ok(()) => Ok(true),
            Err(ServiceError::NotFound | ServiceError::Forbidden(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn decide(&self, actor: &Actor, workspace: WorkspaceId, action: Action) -> ServiceResult<()> {
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
    use futures_util::FutureExt as _;
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    const MEMBER: (WorkspaceId, UserId) = (WorkspaceId(1), UserId(2));

    #[tokio::test]
    async fn a_role_that_was_read_before_it_was_forgotten_is_read_again_and_not_kept() {
        let access = Access::default();
        let (workspace, user) = MEMBER;
        let reads = AtomicUsize::new(0);
        let read = || async {
            if reads.fetch_add(1, Ordering::SeqCst) > 0 {
                return Ok(Role::Viewer);
            }
            // Changed after it was read here.
            access.forget_role(workspace, user).await;
            Ok(Role::Admin)
        };
        let role = access.roles.recall((workspace, user), read).await.unwrap();
        assert_eq!((role, reads.load(Ordering::SeqCst)), (Some(Role::Viewer), 2));
        assert_eq!(access.roles.get(&(workspace, user)).await, None);
    }

    #[tokio::test]
    async fn who_joins_a_read_that_began_before_the_role_was_forgotten_gets_the_new_role() {
        let access = Access::default();
        let (reads, answers) = (AtomicUsize::new(0), Notify::new());
        let read = || async {
            if reads.fetch_add(1, Ordering::SeqCst) > 0 {
                return Ok(Role::Viewer);
            }
            answers.notified().await;
            Ok(Role::Admin)
        };
        let mut first = pin!(access.roles.recall(MEMBER, read));
        assert!(first.as_mut().now_or_never().is_none(), "the first read is under way");
        access.forget_role(MEMBER.0, MEMBER.1).await;
        let mut second = pin!(access.roles.recall(MEMBER, read));
        assert!(second.as_mut().now_or_never().is_none(), "the second caller waits, too");
        assert_eq!(reads.load(Ordering::SeqCst), 1, "for the same read");
        answers.notify_one();
        assert_eq!(first.await.unwrap(), Some(Role::Viewer));
        assert_eq!(second.await.unwrap(), Some(Role::Viewer));
    }

    #[tokio::test]
    async fn who_joins_a_read_that_began_before_the_role_was_forgotten_learns_of_a_role_that_is_new() {
        let access = Access::default();
        let (reads, answers) = (AtomicUsize::new(0), Notify::new());
        let read = || async {
            if reads.fetch_add(1, Ordering::SeqCst) > 0 {
                return Ok(Role::Editor);
            }
            answers.notified().await;
            Err(Miss::Nothing)
        };
        let mut first = pin!(access.roles.recall(MEMBER, read));
        assert!(first.as_mut().now_or_never().is_none(), "the first read is under way");
        access.forget_role(MEMBER.0, MEMBER.1).await;
        let mut second = pin!(access.roles.recall(MEMBER, read));
        assert!(second.as_mut().now_or_never().is_none(), "the second caller joins it");
        answers.notify_one();
        assert_eq!(first.await.unwrap(), Some(Role::Editor));
        assert_eq!(second.await.unwrap(), Some(Role::Editor));
    }
}
