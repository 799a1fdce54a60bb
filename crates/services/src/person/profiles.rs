//! Names and e-mail addresses of users who are signed in.

use super::passwords::{Passwords, session_of, wrong_password};
use crate::context::{Committed, Context, ServiceError, ServiceResult, refuse};
use crate::session::{checked_email, checked_name};
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::event::EventActor;
use fanfare_domain::patch::Patch;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_storage::command::session::EmailChange;
use fanfare_storage::rows::User;
use std::sync::Arc;

/// What an update sets of a user's own profile.
#[derive(Clone, Debug, Default)]
pub struct ProfilePatch {
    /// The name that others see.
    pub name: Patch<String>,
}

/// The service of profiles.
#[derive(Clone)]
pub struct Profiles {
    context: Arc<Context>,
    passwords: Passwords,
}

impl Profiles {
    pub(crate) fn new(context: &Arc<Context>, passwords: &Passwords) -> Self {
        Self { context: Arc::clone(context), passwords: passwords.clone() }
    }

    /// Changes the actor's own profile, of the expected revision. Not for API keys: a profile is seen in workspaces that
    /// a key does not reach.
    pub async fn update(
        &self,
        actor: &Actor,
        expected: ExpectedRevision,
        patch: ProfilePatch,
    ) -> ServiceResult<Committed<User>> {
        if let Credential::ApiKey(_) = actor.credential {
            let words = "An API key cannot change its user's profile; sign in with the password.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        let mut errors = Vec::new();
        let name = match patch.name {
            Patch::Keep => None,
            Patch::Set(name) => Some(checked_name(&name, "name", &mut errors)),
        };
        refuse(errors)?;
        let by = EventActor::from(actor);
        let rename = |context: Arc<Context>| async move {
            context.db.profiles().rename(by, expected, name, context.clock.now()).await
        };
        self.context.command(actor.default_workspace, rename).await
    }

    /// Puts a new e-mail address in place of the actor's own, by the rules of registration, and ends their other
    /// sessions. API keys stay as they are. The password is asked for, within the limits of sign-ins.
    pub async fn change_email(
        &self,
        actor: &Actor,
        current_password: String,
        new: &str,
    ) -> ServiceResult<Committed<User>> {
        let kept = session_of(actor)?;
        let mut errors = Vec::new();
        let email = checked_email(new, "email", &mut errors);
        let Some(email) = email else { return Err(ServiceError::User(errors)) };
        let user = self.passwords.shown_by(actor, current_password, "currentPassword").await?;
        if user.email == email.address {
            return Ok(Committed::unchanged(user));
        }
        let (by, change) = (EventActor::from(actor), EmailChange { compared: user.password_hash, email });
        let replace = |context: Arc<Context>| async move {
            let changed = context.db.profiles().change_email(by, change, kept, context.clock.now()).await?;
            let (user, told, ended) = changed.ok_or_else(|| wrong_password("currentPassword"))?;
            for session in ended {
                context.access.forget_session(session).await;
            }
            tracing::info!(user.id = %by.user_id, "e-mail address changed");
            ServiceResult::Ok((user, told))
        };
        self.context.command(actor.default_workspace, replace).await
    }
}
