//! Registration.

use super::sessions::{Sessions, SignedIn};
use crate::context::{Committed, Context, ServiceError, ServiceResult};
use fanfare_auth::{InvitationToken, PasswordError, password};
use fanfare_cache::rate::Limited;
use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::email::Email;
use fanfare_domain::invitation::{InvitationStatus, refusal};
use fanfare_domain::registration::RegistrationMode;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::rows::NewUser;
use std::net::IpAddr;
use std::sync::Arc;

/// The longest name of a person or a workspace, in characters.
pub(crate) const MAX_NAME_CHARS: usize = 100;

/// What a person gives to register.
#[derive(Clone)]
pub struct Registration {
    pub email: String,
    pub password: String,
    pub name: String,
    /// `None`: named after the person.
    pub workspace_name: Option<String>,
    /// `None`: UTC.
    pub time_zone: Option<chrono_tz::Tz>,
    /// The token of an invitation: the person joins its workspace and gets none of their own.
    pub invitation: Option<String>,
}

impl Sessions {
    /// Stores a person with a workspace of their own, or as a member of the workspace that invites them, and signs them
    /// in. The server's registration mode decides before anything about the e-mail address is looked at.
    pub async fn register(
        &self,
        client: IpAddr,
        registration: Registration,
    ) -> ServiceResult<Committed<SignedIn>> {
        let (limit, now) = (self.context.options.registrations_per_minute, self.context.clock.now());
        let network = ClientNetwork::of(client);
        self.context.rates.take(Limited::Registration(network), limit, now).await?;
        let invited = registration.invitation.is_some();
        let way = match (self.context.options.registration.accepts(invited), &registration.invitation) {
            (true, Some(token)) => Way::Invited(parsed(token)?),
            (true, None) => Way::Open,
            (false, _) => Way::First,
        };
        self.store(client, registration, way).await
    }

    /// The same for whoever runs the server, whatever its registration mode.
    pub async fn register_by_operator(
        &self,
        client: IpAddr,
        registration: Registration,
    ) -> ServiceResult<Committed<SignedIn>> {
        self.store(client, registration, Way::Open).await
    }

    async fn store(
        &self,
        client: IpAddr,
        registration: Registration,
        way: Way,
    ) -> ServiceResult<Committed<SignedIn>> {
        if matches!(way, Way::First) && self.context.db.people().is_any().await? {
            return Err(self.closed());
        }
        let checked = Checked::new(registration)?;
        let password_hash = self.passwords.hash(ClientNetwork::of(client), checked.password).await?;
        let now = self.context.clock.now();
        let new = NewUser {
            email: checked.email.address,
            email_key: checked.email.key,
            name: checked.name,
            password_hash,
            created_at: now,
            updated_at: now,
        };
        let (name, zone, address) = (checked.workspace_name, checked.time_zone, Some(client));
        let closed = self.closed();
        let register = |context: Arc<Context>| async move {
            let people = context.db.people();
            let (user, workspace, seq) = match way {
                Way::Open => people.register(new, name, zone, address).await?,
                Way::First => people.register_first(new, name, zone, address).await?.ok_or(closed)?,
                Way::Invited(token) => people.register_invited(new, token.hash().to_text(), address).await?,
            };
            let id = workspace.id;
            tracing::info!(user.id = %user.id, workspace.id = %id, "a person has registered");
            Ok(((user, workspace), Some(id), vec![(id, seq)]))
        };
        let registered = self.context.command_anywhere(register).await?;
        registered.read(|(user, workspace)| self.open(client, user, workspace)).await
    }

    fn closed(&self) -> ServiceError {
        let words = match self.context.options.registration {
            RegistrationMode::Invite => {
                "This server takes registrations by invitation only. Ask a member of a workspace for an invitation."
            }
            RegistrationMode::Open | RegistrationMode::Closed => {
                "This server takes no registrations. Ask whoever runs it for an account."
            }
        };
        UserError::new(UserErrorCode::RegistrationClosed, "", words).into()
    }
}

/// Why a registration is accepted.
enum Way {
    /// The server is open.
    Open,
    /// The server has no user yet.
    First,
    Invited(InvitationToken),
}

fn parsed(token: &str) -> Result<InvitationToken, UserError> {
    InvitationToken::parse(token).ok_or_else(|| refusal(InvitationStatus::Pending, "invitationToken"))
}

/// A registration whose every field is valid.
struct Checked {
    email: Email,
    password: String,
    name: String,
    workspace_name: String,
    time_zone: String,
}

impl Checked {
    fn new(given: Registration) -> ServiceResult<Self> {
        let mut errors = Vec::new();
        let email = Email::parse(&given.email);
        if email.is_none() {
            let words = "Give an e-mail address, such as ada@example.com.";
            errors.push(UserError::new(UserErrorCode::Invalid, "email", words));
        }
        let mut context = vec![given.email.trim(), given.name.as_str()];
        context.extend(given.workspace_name.as_deref());
        if let Err(weakness) = password::check(&given.password, &context) {
            let words = format!("The password is not accepted: {weakness}.");
            errors.push(UserError::new(UserErrorCode::AuthPasswordWeak, "password", words));
        }
        let name = checked_name(&given.name, "name", &mut errors);
        if given.invitation.is_some() {
            let own =
                [("workspaceName", given.workspace_name.is_some()), ("timeZone", given.time_zone.is_some())];
            for (field, _) in own.into_iter().filter(|(_, set)| *set) {
                let words = "An invitation leads into a workspace that exists; leave this out.";
                errors.push(UserError::new(UserErrorCode::Invalid, field, words));
            }
        }
        let workspace_name = match &given.workspace_name {
            Some(text) => checked_name(text, "workspaceName", &mut errors),
            None => given.name.trim().to_owned(),
        };
        match email {
            Some(email) if errors.is_empty() => Ok(Self {
                email,
                password: given.password,
                name,
                workspace_name,
                time_zone: given.time_zone.unwrap_or(chrono_tz::UTC).name().to_owned(),
            }),
            _ => Err(ServiceError::User(errors)),
        }
    }
}

/// A name without spaces around, or an error for `field`.
pub(crate) fn checked_name(text: &str, field: &str, errors: &mut Vec<UserError>) -> String {
    let name = text.trim();
    if name.is_empty() {
        errors.push(UserError::new(UserErrorCode::Required, field, "Give a name."));
    } else if name.chars().count() > MAX_NAME_CHARS {
        let words = format!("Give a name of at most {MAX_NAME_CHARS} characters.");
        errors.push(UserError::new(UserErrorCode::TooLong, field, words));
    } else if name.chars().any(char::is_control) {
        errors.push(UserError::new(UserErrorCode::Invalid, field, "Give a name on one line."));
    }
    name.to_owned()
}

impl From<PasswordError> for ServiceError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Unavailable(error.to_string()),
            PasswordError::NotHashed => Self::Internal(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_of_a_registration_is_told_at_once() {
        let given = Registration {
            email: "nobody".to_owned(),
            password: "short".to_owned(),
            name: " ".to_owned(),
            workspace_name: Some("x".repeat(101)),
            time_zone: None,
            invitation: None,
        };
        let Err(ServiceError::User(errors)) = Checked::new(given) else { panic!("accepted") };
        let told: Vec<_> = errors.iter().map(|error| (error.code, error.path.join("."))).collect();
        assert_eq!(
            told,
            [
                (UserErrorCode::Invalid, "input.email".to_owned()),
                (UserErrorCode::AuthPasswordWeak, "input.password".to_owned()),
                (UserErrorCode::Required, "input.name".to_owned()),
                (UserErrorCode::TooLong, "input.workspaceName".to_owned()),
            ]
        );
    }
}
