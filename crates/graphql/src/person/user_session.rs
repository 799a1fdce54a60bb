//! The sessions in which the caller is signed in.

use crate::connection::{Keyed, connection};
use crate::request::{ContextExt, UserError, settle};
use crate::scalars::{DateTime, GlobalId};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::actor::Credential;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::SessionId;
use fanfare_services::session as rows;

/// A session in which the caller is signed in, commonly one for each browser or device.
pub struct UserSession(pub rows::UserSession);

/// A session in which the caller is signed in, commonly one for each browser or device.
#[Object(crate = "crate::execution")]
impl UserSession {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
    /// When the caller signed in.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
    /// When it was last refreshed; null if it has not been since the sign-in.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime::from)
    }
    /// The IP address of the last refresh, else of the sign-in; null if it was opened before this was recorded.
    async fn ip_address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }
    /// Whether it is the session that asks.
    async fn current(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(ctx.actor()?.credential == Credential::Session(self.0.id))
    }
}

connection!(UserSessionConnection, UserSessionEdge, UserSession, "sessions");

impl Keyed for rows::UserSession {
    fn key(&self) -> (Timestamp, i64) {
        (self.created_at, self.id.0)
    }
}

/// Input of `revokeSession`.
#[derive(InputObject)]
pub struct RevokeSessionInput {
    /// One of the caller's own sessions.
    pub session_id: ID,
}

/// Result of `revokeSession`.
#[derive(SimpleObject)]
pub struct RevokeSessionPayload {
    /// Whether the session was revoked.
    pub revoked: bool,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `revokeOtherSessions`.
#[derive(SimpleObject)]
pub struct RevokeOtherSessionsPayload {
    /// How many sessions were revoked; null if there are user errors.
    pub revoked: Option<i32>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct UserSessionMutation;

#[Object]
impl UserSessionMutation {
    /// Revokes one of the caller's own sessions. Its refresh token is refused at once, its access token within 20
    /// seconds on every node, and its live connections are closed. Not available to API keys.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session to revoke.")] input: RevokeSessionInput,
    ) -> Result<RevokeSessionPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = Box::pin(async {
            let session = SessionId::parse(&input.session_id, "sessionId")?;
            services.sessions().revoke_own(actor, session).await
        });
        let (done, user_errors) = settle(outcome.await)?;
        Ok(RevokeSessionPayload { revoked: done.is_some(), user_errors })
    }

    /// Revokes all of the caller's sessions except the one that asks. API keys stay valid. Not available to API keys.
    async fn revoke_other_sessions(&self, ctx: &Context<'_>) -> Result<RevokeOtherSessionsPayload> {
        let revoked = ctx.services()?.sessions().revoke_others(ctx.actor()?);
        let (revoked, user_errors) = settle(Box::pin(revoked).await)?;
        let revoked = revoked.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        Ok(RevokeOtherSessionsPayload { revoked, user_errors })
    }
}
