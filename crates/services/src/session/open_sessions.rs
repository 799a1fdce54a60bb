//! The sessions in which a user is signed in, as that user sees and revokes them.

use super::sessions::Sessions;
use crate::context::{List, Listed, Query, ServiceError, ServiceResult, Window, uncancelled};
use crate::person::session_of;
use fanfare_domain::actor::Actor;
use fanfare_domain::id::SessionId;
use fanfare_domain::user_error::UserError;
use fanfare_storage::rows::Session;

/// The list of the actor's own sessions that can still be refreshed.
#[derive(Clone, Copy, Debug)]
pub struct OpenSessions;

impl Sessions {
    /// The actor's own sessions, newest first. Not for API keys, which can change nothing about how a user signs in.
    pub fn own(&self, query: Query<OpenSessions>) -> Listed<Self, OpenSessions> {
        Listed { service: self.clone(), query }
    }

    /// The actor's own sessions among these. Empty for API keys, which see none.
    pub async fn own_by_ids(&self, actor: &Actor, ids: &[SessionId]) -> ServiceResult<Vec<Session>> {
        if ids.is_empty() || session_of(actor).is_err() {
            return Ok(Vec::new());
        }
        let now = self.context.clock.now();
        Ok(self.context.db.sessions().by_ids(actor.user_id, ids, now).await?)
    }

    /// Revokes one of the actor's own sessions.
    pub async fn revoke_own(&self, actor: &Actor, session: SessionId) -> ServiceResult<()> {
        session_of(actor)?;
        let (sessions, user) = (self.clone(), actor.user_id);
        uncancelled(async move {
            let context = &sessions.context;
            if !context.db.sessions().revoke_of(user, session, context.clock.now()).await? {
                return Err(ServiceError::from(UserError::not_found("sessionId", "session")));
            }
            context.access.forget_session(session).await;
            tracing::info!(user.id = %user, session.id = %session, "a session was revoked");
            Ok(())
        })
        .await
    }

    /// Revokes all of the actor's sessions but the one that asks; returns how many.
    pub async fn revoke_others(&self, actor: &Actor) -> ServiceResult<usize> {
        let kept = session_of(actor)?;
        let (sessions, user) = (self.clone(), actor.user_id);
        uncancelled(async move {
            let context = &sessions.context;
            let revoked = context.db.sessions().revoke_others(user, kept, context.clock.now()).await?;
            for session in &revoked {
                context.access.forget_session(*session).await;
            }
            tracing::info!(user.id = %user, sessions = revoked.len(), "other sessions were revoked");
            Ok(revoked.len())
        })
        .await
    }
}

impl List for Listed<Sessions, OpenSessions> {
    type Row = Session;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Session>> {
        session_of(&self.query.actor)?;
        let context = &self.service.context;
        Ok(context.db.sessions().page(self.query.actor.user_id, window, context.clock.now()).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        session_of(&self.query.actor)?;
        let context = &self.service.context;
        Ok(context.db.sessions().count(self.query.actor.user_id, context.clock.now()).await?)
    }
}
