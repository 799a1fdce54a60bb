//! Passwords of people who are signed in.

use super::people::People;
use crate::context::{Committed, Context, ServiceError, ServiceResult};
use fanfare_auth::password;
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::SessionId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::session::PasswordHashes;
use fanfare_storage::rows::User;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The service of passwords.
#[derive(Clone)]
pub struct Passwords {
    context: Arc<Context>,
    people: People,
    hasher: Arc<fanfare_auth::Passwords>,
}

impl Passwords {
    pub(crate) fn new(
        context: &Arc<Context>,
        people: &People,
        hasher: &Arc<fanfare_auth::Passwords>,
    ) -> Self {
        Self { context: Arc::clone(context), people: people.clone(), hasher: Arc::clone(hasher) }
    }

    /// Puts a new password in place of the actor's own, and ends their other sessions. API keys stay as they are.
    pub async fn change(&self, actor: &Actor, current: String, new: String) -> ServiceResult<Committed<()>> {
        let kept = session_of(actor)?;
        let user = self.shown_by(actor, current, "currentPassword").await?;
        if let Err(weakness) = password::check(&new, &[&user.email, &user.name]) {
            let words = format!("The password is not accepted: {weakness}.");
            return Err(UserError::new(UserErrorCode::AuthPasswordWeak, "newPassword", words).into());
        }
        let hashes = PasswordHashes {
            compared: user.password_hash,
            new: self.hasher.hash(network_of(actor), new).await?,
        };
        let by = EventActor::from(actor);
        let replace = |context: Arc<Context>| async move {
            let now = context.clock.now();
            let changed = context.db.people().change_password(by, hashes, kept, now).await?;
            let (told, ended) = changed.ok_or_else(|| wrong_password("currentPassword"))?;
            for session in ended {
                context.access.forget_session(session).await;
            }
            tracing::info!(user.id = %by.user_id, "a person has changed the password");
            ServiceResult::Ok(((), told))
        };
        self.context.command(actor.default_workspace, replace).await
    }

    /// Refuses a session that was opened a while ago, unless its user shows the password. A stolen access token or an
    /// unattended browser then makes nothing that outlives the session. Programs have no password: the scopes of their API
    /// keys decide.
    pub(crate) async fn confirm_recent(&self, actor: &Actor, password: Option<String>) -> ServiceResult<()> {
        let Credential::Session(session) = actor.credential else { return Ok(()) };
        if let Some(password) = password {
            return self.shown_by(actor, password, "password").await.map(drop);
        }
        let opened = self.context.db.sessions().opened_at(session).await?;
        let opened = opened.ok_or(ServiceError::Unauthenticated)?;
        if self.context.clock.now().since(opened) <= self.context.options.recent_sign_in {
            return Ok(());
        }
        let words = "You signed in a while ago; give your password as well.";
        Err(UserError::new(UserErrorCode::AuthPasswordRequired, "password", words).into())
    }

    /// The actor's own row, once they have shown their password again.
    pub(crate) async fn shown_by(&self, actor: &Actor, given: String, field: &str) -> ServiceResult<User> {
        let limit = self.context.options.sign_ins_per_minute;
        let now = self.context.clock.now();
        self.context.rates.take(Limited::PasswordShown(actor.user_id), limit, now).await?;
        let user = self.people.get(actor).await?;
        if self.hasher.verify(network_of(actor), given, Some(user.password_hash.clone())).await? {
            return Ok(user);
        }
        Err(wrong_password(field).into())
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

/// Where the request comes from, by which it waits for its turn to be hashed.
fn network_of(actor: &Actor) -> ClientNetwork {
    ClientNetwork::of(actor.ip_address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}

pub(super) fn wrong_password(field: &str) -> UserError {
    UserError::new(UserErrorCode::AuthCredentialsInvalid, field, "The password is wrong.")
}
