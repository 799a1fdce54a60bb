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
pub(super) fn session_of(actor: &Actor) -> ServiceResult<SessionId> {
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

fn wrong_password(field: &str) -> UserError {
    UserError::new(UserErrorCode::AuthCredentialsInvalid, field, "The password is wrong.")
}
