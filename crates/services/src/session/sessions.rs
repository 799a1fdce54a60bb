//! Sessions: sign-in, the trade of refresh tokens, sign-out.

use crate::context::{Context, ServiceError, ServiceResult, uncancelled};
use crate::person::{GivenCode, SecondFactors};
use fanfare_auth::{AccessToken, AccessTokenError, AccessTokens, Passwords, RefreshToken};
use fanfare_cache::rate::{Allowance, Limited};
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::client_network::ClientNetwork;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::email::Email;
use fanfare_domain::event::EventActor;
use fanfare_domain::event::payload::SignInFailure;
use fanfare_domain::id::{SessionId, UserId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::session::{Rotation, TokenToStore};
use fanfare_storage::rows::{User, Workspace};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long a refresh token is valid for. Each use gives a new one.
const REFRESH_LIFETIME: Duration = Duration::from_hours(720);
/// From as many networks one account's password may be tried as often as from one.
const NETWORKS_AT_ONCE: u32 = 5;
/// As many sessions of one network may refresh as often as one may.
const SESSIONS_A_NETWORK: u32 = 10;
/// Failed sign-ins of a user in a minute that are noted in the log.
const FAILURES_NOTED: u32 = 5;

/// A session that was opened or prolonged: its tokens are in no other place. `Debug` hides them.
#[derive(Debug)]
pub struct SignedIn {
    pub user: User,
    /// Where the session works unless a request names another workspace.
    pub workspace: Workspace,
    pub access: AccessToken,
    pub refresh: RefreshToken,
    /// When the access token ends.
    pub expires_at: Timestamp,
    pub actor: Actor,
}

/// What a person gives to sign in.
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// In addition to the password, where the user has turned two-factor authentication on.
    pub code: Option<GivenCode>,
}

/// The service of sessions.
#[derive(Clone)]
pub struct Sessions {
    pub(super) context: Arc<Context>,
    access_tokens: Arc<AccessTokens>,
    pub(super) passwords: Arc<Passwords>,
    second_factors: SecondFactors,
}

impl Sessions {
    pub(crate) fn new(
        context: &Arc<Context>,
        access_tokens: AccessTokens,
        passwords: &Arc<Passwords>,
        second_factors: &SecondFactors,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            access_tokens: Arc::new(access_tokens),
            passwords: Arc::clone(passwords),
            second_factors: second_factors.clone(),
        }
    }

    /// The actor of an access token, as far as the token tells; whether their session is still valid is another
    /// question.
    pub fn verify(&self, access_token: &str) -> Result<Actor, AccessTokenError> {
        self.access_tokens.verify(access_token)
    }

    /// Whether a session has not been ended.
    pub async fn is_live(&self, session: SessionId) -> ServiceResult<bool> {
        self.context.access.session_is_live(&self.context.db, session).await
    }

    /// Opens a session for who knows the password and, where codes are on, has a code. An unknown address and a wrong
    /// password are answered alike, in the same time.
    pub async fn sign_in(&self, client: IpAddr, given: SignIn) -> ServiceResult<SignedIn> {
        let key = Email::key_of(&given.email);
        let (network, now) = (ClientNetwork::of(client), self.context.clock.now());
        let found = self.context.db.people().for_sign_in(&key, network, now).await?;
        let from_known_network = found.as_ref().is_some_and(|(_, known)| *known);
        let failing = self.take_sign_in(network, &key, from_known_network).await?;
        let found = found.map(|(user, _)| user);
        let named = found.as_ref().map(|user| user.id);
        let outcome = self.authenticate(client, found, given).await;
        match (outcome.as_ref().err().and_then(failure_of), failing) {
            (Some(reason), _) => self.note_failure(client, named, reason),
            (None, Some(failing)) => self.context.rates.put_back(failing, self.context.clock.now()).await,
            (None, None) => {}
        }
        let user = outcome?;
        let workspace = self.default_workspace(&user).await?;
        tracing::info!(client.address = %client, user.id = %user.id, "a user signed in");
        self.open_noted(client, user, workspace).await
    }

    /// Logs a sign-in that failed: as a line, and for its user as an event. Nobody waits for the event, so that the time
    /// does not tell who has an account, and only a few a minute are written.
    fn note_failure(&self, client: IpAddr, user: Option<UserId>, reason: SignInFailure) {
        tracing::info!(client.address = %client, user.id = user.map(|id| id.0), %reason, "a sign-in failed");
        let Some(user) = user else { return };
        let context = Arc::clone(&self.context);
        tokio::spawn(async move {
            let now = context.clock.now();
            if context.rates.take(Limited::FailureNoted(user), FAILURES_NOTED, now).await.is_err() {
                return;
            }
            let note = |context: Arc<Context>| async move {
                let by = EventActor::at(user, client);
                let told = context.db.sessions().note_failure(by, reason, context.clock.now()).await?;
                Ok(((), None, told))
            };
            if let Err(error) = context.command_anywhere(note).await {
                tracing::warn!(%error, "a failed sign-in could not be noted");
            }
        });
    }

    /// The user, if the password is theirs and, where codes are on, the code is valid.
    async fn authenticate(&self, client: IpAddr, user: Option<User>, given: SignIn) -> ServiceResult<User> {
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let known = self.passwords.verify(ClientNetwork::of(client), given.password, stored).await?;
        let Some(user) = user.filter(|_| known) else {
            let words = "The address or the password is wrong.";
            return Err(UserError::new(UserErrorCode::AuthCredentialsInvalid, "", words).into());
        };
        // A recovery code that is used up is logged.
        let by = EventActor::at(user.id, client);
        self.second_factors.check(&user, by, given.code, ["totpCode", "recoveryCode"]).await?;
        Ok(user)
    }

    /// Counts an attempt, whether or not there is such an account: for the account from this network, for the account
    /// from all networks together, and for this network over all accounts. A network from which the user has signed in
    /// before has the first allowance to itself, so that others who know the e-mail address cannot keep the user out.
    /// Returns what to put back if the sign-in does not fail.
    async fn take_sign_in(
        &self,
        network: ClientNetwork,
        key: &str,
        known: bool,
    ) -> ServiceResult<Option<Allowance>> {
        let counted: String = key.chars().take(254).collect();
        let options = &self.context.options;
        let here = options.sign_ins_per_minute;
        let mut from = vec![Allowance { what: Limited::SignIn(network, counted.clone()), per_minute: here }];
        let failing = (!known).then_some(Allowance {
            what: Limited::FailedSignIn(network),
            per_minute: options.failed_sign_ins_per_minute,
        });
        if let Some(failing) = &failing {
            let everywhere = here.saturating_mul(NETWORKS_AT_ONCE);
            from.push(Allowance { what: Limited::SignInAnywhere(counted), per_minute: everywhere });
            from.push(failing.clone());
        }
        self.context.rates.take_from_each(&from, self.context.clock.now()).await?;
        Ok(failing)
    }

    async fn default_workspace(&self, user: &User) -> ServiceResult<Workspace> {
        let workspace = self.context.db.workspaces().default_of(user.id).await?;
        workspace.ok_or_else(|| {
            ServiceError::Forbidden("You belong to no workspace; ask an admin to add you to one.".to_owned())
        })
    }

    /// Opens a session of someone who has shown who they are.
    pub(super) async fn open(
        &self,
        client: IpAddr,
        user: User,
        workspace: Workspace,
    ) -> ServiceResult<SignedIn> {
        let sessions = self.clone();
        uncancelled(async move {
            let now = sessions.context.clock.now();
            let (refresh, stored) = new_refresh_token(now);
            let session = sessions.context.db.sessions().open(user.id, client, stored, now).await?;
            sessions.signed_in(user, workspace, session, refresh)
        })
        .await
    }

    /// The same, reported in the log of the user.
    async fn open_noted(&self, client: IpAddr, user: User, workspace: Workspace) -> ServiceResult<SignedIn> {
        let (refresh, stored) = new_refresh_token(self.context.clock.now());
        let by = EventActor::at(user.id, client);
        let open = |context: Arc<Context>| async move {
            let now = context.clock.now();
            let (session, told) = context.db.sessions().sign_in(by, client, stored, now).await?;
            Ok((session, None, told))
        };
        let (session, _) = self.context.command_anywhere(open).await?.into_parts();
        self.signed_in(user, workspace, session, refresh)
    }

    fn signed_in(
        &self,
        user: User,
        workspace: Workspace,
        session: SessionId,
        refresh: RefreshToken,
    ) -> ServiceResult<SignedIn> {
        let access = self.access_tokens.issue(user.id, session, workspace.id)?;
        let expires_at = self.context.clock.now().plus(access.expires_in);
        let actor = Actor {
            user_id: user.id,
            credential: Credential::Session(session),
            default_workspace: workspace.id,
            expires_at: Some(expires_at),
            ip_address: None,
        };
        Ok(SignedIn { user, workspace, access, refresh, expires_at, actor })
    }

    /// Trades a refresh token for the next one. The reuse of an old one ends its session. Limited per network, and per
    /// session.
    pub async fn refresh(&self, client: IpAddr, token: &str) -> ServiceResult<SignedIn> {
        let (token, _) = self.known_token(client, token).await?.ok_or_else(refused)?;
        let sessions = self.clone();
        uncancelled(async move {
            let now = sessions.context.clock.now();
            let (next, stored) = new_refresh_token(now);
            let rotation =
                sessions.context.db.sessions().rotate(token.hash().to_text(), stored, client, now).await?;
            let (session, user) = match rotation {
                Rotation::Rotated { session, user } => (session, user),
                Rotation::Unknown => return Err(refused()),
                Rotation::Reused { session } => {
                    sessions.context.access.forget_session(session).await;
                    tracing::warn!(session.id = %session, "an old refresh token was used: its session was ended");
                    return Err(refused());
                }
            };
            let user = sessions.context.db.people().by_id(user).await?.ok_or_else(refused)?;
            let workspace = sessions.default_workspace(&user).await?;
            sessions.signed_in(user, workspace, session, next)
        })
        .await
    }

    /// A refresh token with its session; `None`: it is none of ours. Counted for the network, and for the session: a
    /// token that is not known writes nothing.
    async fn known_token(
        &self,
        client: IpAddr,
        token: &str,
    ) -> ServiceResult<Option<(RefreshToken, SessionId)>> {
        let per_minute = self.context.options.refreshes_per_minute;
        let from_network = per_minute.saturating_mul(SESSIONS_A_NETWORK);
        let what = Limited::Refresh(ClientNetwork::of(client));
        self.context.rates.take(what, from_network, self.context.clock.now()).await?;
        let Some(token) = RefreshToken::parse(token.trim()) else { return Ok(None) };
        let Some(session) = self.context.db.sessions().of_token(&token.hash().to_text()).await? else {
            return Ok(None);
        };
        let what = Limited::SessionRefresh(session);
        self.context.rates.take(what, per_minute, self.context.clock.now()).await?;
        Ok(Some((token, session)))
    }

    /// Ends the actor's session.
    pub async fn sign_out(&self, actor: &Actor) -> ServiceResult<()> {
        let Credential::Session(session) = actor.credential else {
            let words = "An API key has no session; revoke the key instead.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        };
        self.revoke(session).await
    }

    /// Ends the session of a refresh token. A token that is not known changes nothing and is not distinguished. Limited
    /// per network, and per session.
    pub async fn sign_out_by_token(&self, client: IpAddr, token: &str) -> ServiceResult<()> {
        match self.known_token(client, token).await? {
            Some((_, session)) => self.revoke(session).await,
            None => Ok(()),
        }
    }

    async fn revoke(&self, session: SessionId) -> ServiceResult<()> {
        let sessions = self.clone();
        uncancelled(async move {
            let now = sessions.context.clock.now();
            sessions.context.db.sessions().revoke(session, now).await?;
            sessions.context.access.forget_session(session).await;
            Ok(())
        })
        .await
    }
}

/// How a sign-in failed by what the caller gave; `None`: by a limit or by the server.
fn failure_of(error: &ServiceError) -> Option<SignInFailure> {
    let ServiceError::User(errors) = error else { return None };
    errors.iter().find_map(|error| match error.code {
        UserErrorCode::AuthCredentialsInvalid => Some(SignInFailure::Password),
        UserErrorCode::SecondFactorInvalid | UserErrorCode::SecondFactorLocked => Some(SignInFailure::Code),
        _ => None,
    })
}

fn new_refresh_token(now: Timestamp) -> (RefreshToken, TokenToStore) {
    let token = RefreshToken::generate();
    let stored = TokenToStore { hash: token.hash().to_text(), expires_at: now.plus(REFRESH_LIFETIME) };
    (token, stored)
}

fn refused() -> ServiceError {
    let words = "The refresh token is not valid any more; sign in again.";
    UserError::new(UserErrorCode::AuthRefreshTokenInvalid, "refreshToken", words).into()
}

impl From<AccessTokenError> for ServiceError {
    fn from(error: AccessTokenError) -> Self {
        Self::Internal(error.into())
    }
}
