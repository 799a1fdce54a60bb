//! The right to be forgotten.

use super::passwords::session_of;
use super::second_factor::GivenCode;
use crate::{ServiceResult, Services, StorageKey, uncancelled};
use fanfare_domain::actor::Actor;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::UserId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::erased::Erased;
use std::sync::Arc;

impl Services {
    /// Erases the actor, who proves their identity by the password and, with two-factor authentication, by a code, and
    /// confirms by the e-mail address. Other nodes accept the actor's access tokens for 20 seconds more.
    pub async fn erase_me(
        self: &Arc<Self>,
        actor: &Actor,
        password: String,
        confirm: &str,
        code: Option<String>,
    ) -> ServiceResult<()> {
        session_of(actor)?;
        let user = self.with_password(actor, password, "password").await?;
        if !confirm.trim().eq_ignore_ascii_case(&user.email) {
            let words =
                "Give the e-mail address that you sign in with: nothing can be brought back afterwards.";
            return Err(UserError::new(UserErrorCode::Invalid, "confirm", words).into());
        }
        self.check_second_factor(&user, EventActor::from(actor), code.map(GivenCode::either), ["code"; 2])
            .await?;
        let services = Arc::clone(self);
        uncancelled(async move {
            let now = services.clock.now();
            let erased = services.db.erasure().erase(user.id, now).await?;
            tracing::info!(user.id = %user.id, "a person was erased");
            services.after_erasure(user.id, erased).await;
            Ok(())
        })
        .await
    }

    async fn after_erasure(&self, user: UserId, erased: Erased) {
        for session in erased.sessions {
            self.access.forget_session(session).await;
        }
        for prefix in erased.key_prefixes {
            self.access.forget_key(&prefix).await;
        }
        for workspace in erased.deleted {
            self.access.forget_role(workspace, user).await;
        }
        for (workspace, seq) in erased.left {
            self.access.forget_role(workspace, user).await;
            self.hub.committed(workspace, seq);
        }
        for key in erased.files {
            if let Some(key) = StorageKey::parse(&key) {
                self.remove_file(&key).await;
            }
        }
    }
}
