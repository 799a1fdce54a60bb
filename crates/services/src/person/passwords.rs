//! Passwords of people who are signed in.

use crate::{Limited, ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::password;
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{SessionId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::rows::User;
use fanfare_storage::session::PasswordChange;
use std::sync::Arc;

impl Services {
    /// Puts a new password in place of the actor's own, and ends his other sessions. API keys stay as they are.
    pub async fn change_password(
        self: &Arc<Self>,
        actor: &Actor,
        current: String,
        new: String,
    ) -> ServiceResult<Seq> {
        let kept = session_of(actor)?;
        let user = self.with_password(actor, current, "currentPassword").await?;
        if let Err(weakness) = password::check(&new, &[&user.email, &user.name]) {
            let words = format!("The password is not accepted: {weakness}.");
            return Err(UserError::new(UserErrorCode::AuthPasswordWeak, "newPassword", words).into());
        }
        let hashes = PasswordChange { compared: user.password_hash, new: self.passwords.hash(new).await? };
        let (services, by, home) = (Arc::clone(self), EventActor::from(actor), actor.default_workspace);
        uncancelled(async move {
            let now = services.clock.now();
            let changed = services.db.people().change_password(by, hashes, kept, now).await?;
            let (told, ended) = changed.ok_or_else(|| wrong_password("currentPassword"))?;
            for session in ended {
                services.access.forget_session(session).await;
            }
            tracing::info!(user.id = %by.user_id, "a person has changed the password");
            Ok(services.committed_everywhere(&told, home))
        })
        .await
    }

    /// The actor's own row, once he has shown his password again.
    pub(crate) async fn with_password(
        &self,
        actor: &Actor,
        given: String,
        field: &str,
    ) -> ServiceResult<User> {
        let limit = self.options.sign_ins_per_minute;
        self.rates.take(Limited::PasswordShown(actor.user_id), limit, self.clock.now()).await?;
        let user = self.person(actor).await?;
        if self.passwords.verify(given, Some(user.password_hash.clone())).await? {
            return Ok(user);
        }
        Err(wrong_password(field).into())
    }

    /// Wakes the subscribers of every workspace that was told; answers the position in `home`, or 0.
    pub(crate) fn committed_everywhere(&self, told: &[(WorkspaceId, Seq)], home: WorkspaceId) -> Seq {
        for (workspace, seq) in told {
            self.hub.committed(*workspace, *seq);
        }
        told.iter().find(|(workspace, _)| *workspace == home).map_or(0, |(_, seq)| *seq)
    }
}

/// The session that asks. An API key cannot change how its person signs in.
pub(crate) fn session_of(actor: &Actor) -> ServiceResult<SessionId> {
    match actor.credential {
        Credential::Session(session) => Ok(session),
        Credential::ApiKey(_) => {
            let words = "An API key cannot change how a person signs in; sign in with the password.";
            Err(ServiceError::Forbidden(words.to_owned()))
        }
    }
}

fn wrong_password(field: &str) -> UserError {
    UserError::new(UserErrorCode::AuthCredentialsInvalid, field, "The password is wrong.")
}
