//! The right to be forgotten.

use super::passwords::{Passwords, session_of};
use super::second_factor::{GivenCode, SecondFactors};
use crate::context::{Access, Context, ServiceResult, uncancelled};
use crate::media::{MediaLibrary, StorageKey};
use fanfare_domain::actor::Actor;
use fanfare_domain::email::Email;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::erased::Erased;
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
        if Email::key_of(confirm) != Email::key_of(&user.email) {
            let words =
                "Give the e-mail address that you sign in with: nothing can be brought back afterwards.";
            return Err(UserError::new(UserErrorCode::Invalid, "confirm", words).into());
        }
        self.second_factors
            .check(&user, EventActor::from(actor), code.map(GivenCode::either), ["code"; 2])
            .await?;
        let (erasure, user) = (self.clone(), user.id);
        let erase = move |context: Arc<Context>| async move {
            let erased = context.db.erasure().erase(user, context.clock.now()).await?;
            tracing::info!(user.id = %user, "a person was erased");
            let (files, left) = context.access.forget_user(user, erased).await;
            // Nobody is left to read anything.
            Ok((files, None, left))
        };
        // The files go last, however many they are: the workspaces that the user has left hear of it first.
        uncancelled(async move {
            let (files, _) = erasure.context.command_anywhere(erase).await?.into_parts();
            for key in files.iter().filter_map(|key| StorageKey::parse(key)) {
                erasure.library.remove_file(&key).await;
            }
            Ok(())
        })
        .await
    }
}

impl Access {
    /// Forgets what a user could do. Returns the files that are left over, and the workspaces that the user has left.
    async fn forget_user(&self, user: UserId, erased: Erased) -> (Vec<String>, Vec<(WorkspaceId, Seq)>) {
        for session in erased.sessions {
            self.forget_session(session).await;
        }
        for prefix in erased.key_prefixes {
            self.forget_key(&prefix).await;
        }
        let left = erased.left.iter().map(|(workspace, _)| *workspace);
        for workspace in erased.deleted.into_iter().chain(left) {
            self.forget_role(workspace, user).await;
        }
        (erased.files, erased.left)
    }
}
