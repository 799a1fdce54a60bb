//! The right to be forgotten.

use super::passwords::{Passwords, session_of};
use super::second_factor::{GivenCode, SecondFactors};
use crate::context::{Context, ServiceResult};
use crate::media::{MediaLibrary, StorageKey};
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::erased::Erased;
use std::sync::Arc;

/// The service of erasure.
#[derive(Clone)]
pub struct Erasure {
    context: Arc<Context>,
    passwords: Passwords,
    second_factors: SecondFactors,
    library: MediaLibrary,
}

impl Erasure {
    pub(crate) fn new(
        context: &Arc<Context>,
        passwords: &Passwords,
        second_factors: &SecondFactors,
        library: &MediaLibrary,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            passwords: passwords.clone(),
            second_factors: second_factors.clone(),
            library: library.clone(),
        }
    }

    /// Erases the actor, who proves their identity by the password and, with two-factor authentication, by a code, and
    /// confirms by the e-mail address. Other nodes accept the actor's access tokens for 20 seconds more.
    pub async fn erase(
        &self,
        actor: &Actor,
        password: String,
        confirm: &str,
        code: Option<String>,
    ) -> ServiceResult<()> {
        session_of(actor)?;
        let user = self.passwords.shown_by(actor, password, "password").await?;
        if !confirm.trim().eq_ignore_ascii_case(&user.email) {
            let words =
                "Give the e-mail address that you sign in with: nothing can be brought back afterwards.";
            return Err(UserError::new(UserErrorCode::Invalid, "confirm", words).into());
        }
        self.second_factors
            .check(&user, EventActor::from(actor), code.map(GivenCode::either), ["code"; 2])
            .await?;
        let (erasure, user) = (self.clone(), user.id);
        let erase = |context: Arc<Context>| async move {
            let erased = context.db.erasure().erase(user, context.clock.now()).await?;
            tracing::info!(user.id = %user, "a person was erased");
            Ok(((), None, erasure.forget(user, erased).await))
        };
        // Nobody is left to read anything.
        let ((), _) = self.context.command_anywhere(erase).await?.into_parts();
        Ok(())
    }

    /// Returns the workspaces that the user has left.
    async fn forget(&self, user: UserId, erased: Erased) -> Vec<(WorkspaceId, Seq)> {
        let access = &self.context.access;
        for session in erased.sessions {
            access.forget_session(session).await;
        }
        for prefix in erased.key_prefixes {
            access.forget_key(&prefix).await;
        }
        let left = erased.left.iter().map(|(workspace, _)| *workspace);
        for workspace in erased.deleted.into_iter().chain(left) {
            access.forget_role(workspace, user).await;
        }
        for key in erased.files {
            if let Some(key) = StorageKey::parse(&key) {
                self.library.remove_file(&key).await;
            }
        }
        erased.left
    }
}
