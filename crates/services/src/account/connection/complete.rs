//! The end: the network's answer, traded for tokens and an account.

use super::Connections;
use super::stale;
use crate::account::network_error;
use crate::context::{Committed, Context, ServiceError, ServiceResult};
use fanfare_auth::{Action, BrowserBinding, TokenOwner, TokenPair};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::sql::Strings;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_platform_api::{ClientMode, Profile, TokenSet};
use fanfare_storage::rows::{ConnectedAccount, OauthState as StateRow, ShownAccount};
use std::net::IpAddr;
use std::sync::Arc;

/// The longest code that is passed on, in bytes.
const MAX_CODE_BYTES: usize = 4_096;
/// How much of a network's words about a refusal is shown, in characters.
const MAX_WORDS_CHARS: usize = 200;

/// What the network sent the person back with.
#[derive(Clone, Debug)]
pub enum Answer {
    Code(String),
    /// `error` and `error_description` (RFC 6749, 4.1.2.1).
    Refusal {
        error: String,
        description: Option<String>,
    },
}

impl Answer {
    /// Reads the fields of a callback; refuses one that carries neither code nor error.
    pub fn of_callback(
        code: Option<String>,
        error: Option<String>,
        description: Option<String>,
    ) -> ServiceResult<Self> {
        match (code, error) {
            (_, Some(error)) => Ok(Self::Refusal { error, description }),
            (Some(code), None) if !code.is_empty() => Ok(Self::Code(code)),
            _ => Err(UserError::new(UserErrorCode::Required, "code", "The callback carries no code.").into()),
        }
    }
}

/// What shows that the response comes from who began: else a link from an attacker could attach their account to
/// someone else's workspace, or the reverse.
#[derive(Clone, Copy, Debug)]
pub enum Confirmation<'a> {
    /// The signed-in user.
    Actor(&'a Actor),
    /// The cookie of the browser, and the IP address that it came from.
    Browser(&'a BrowserBinding, IpAddr),
    /// Nothing.
    Missing,
}

/// An account that was connected.
#[derive(Debug)]
pub struct Connected {
    pub account: ShownAccount,
    /// A path of the web app.
    pub redirect_to: Option<String>,
}

/// Which accounts may be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admits {
    Any,
    /// Those that are not connected and active; the others stay as they are.
    New,
}

/// Whom a connected account belongs to.
#[derive(Clone, Copy)]
pub(super) struct Owner {
    pub workspace: WorkspaceId,
    pub user: UserId,
    pub platform: Platform,
}

impl Connections {
    /// Where the web app wants the person back; `None`: nowhere in particular, or the state is stale.
    pub async fn returns_to(&self, state: &str) -> Option<String> {
        self.open_state(state).await.ok().and_then(|(_, row)| row.redirect_to)
    }

    /// Ends a consent. `platform`: whose callback was called; `None` where none was.
    pub(super) async fn complete(
        &self,
        confirmation: Confirmation<'_>,
        platform: Option<Platform>,
        state: &str,
        answer: Answer,
    ) -> ServiceResult<Committed<Connected>> {
        self.complete_for(confirmation, platform, state, answer, Admits::Any).await
    }

    pub(super) async fn complete_for(
        &self,
        confirmation: Confirmation<'_>,
        platform: Option<Platform>,
        state: &str,
        answer: Answer,
        admits: Admits,
    ) -> ServiceResult<Committed<Connected>> {
        let (hash, row) = self.open_state(state).await?;
        if platform.is_some_and(|platform| platform != row.platform) {
            return Err(stale());
        }
        let by = confirmed(confirmation, &row)?;
        if let Confirmation::Actor(actor) = confirmation {
            // The user's key may have fewer scopes than the one the authorization was begun with.
            self.context.authorize(actor, row.workspace_id, Action::ManageAccounts).await?;
        }
        self.authorize_starter(&row).await?;
        let (connections, home) = (self.clone(), row.workspace_id);
        // From here on the state is used up: the exchange continues when the browser has gone.
        let complete = |context: Arc<Context>| async move {
            let consumed = context.db.oauth_states().consume(&hash, context.clock.now()).await?;
            let row = consumed.ok_or_else(stale)?;
            let connected = async {
                let connected = connections.exchanged(&hash, &row, answer).await?;
                connections.store(connected, by, admits).await
            };
            let connected = connected.await;
            let account = connected.as_ref().ok().map(|(account, _)| account.id);
            connections.keep_outcome(&hash, &row, account).await;
            let (account, seq) = connected?;
            tracing::info!(account.id = %account.id, platform = %account.platform, "an account was connected");
            ServiceResult::Ok((Connected { account, redirect_to: row.redirect_to }, seq))
        };
        self.context.command(home, complete).await
    }

    /// Stores an account whose tokens and profile are known.
    pub(super) async fn store(
        &self,
        connected: ConnectedAccount,
        by: EventActor,
        admits: Admits,
    ) -> ServiceResult<(ShownAccount, Seq)> {
        let accounts = self.context.db.accounts();
        let (account, seq) = match admits {
            Admits::Any => accounts.connect(connected, by).await?,
            Admits::New => {
                let words = format!("{} is connected already.", connected.name);
                let stored = accounts.connect_new(connected, by).await?;
                stored.ok_or_else(|| UserError::new(UserErrorCode::AccountAlreadyLinked, "name", words))?
            }
        };
        Ok((account.into(), seq))
    }

    /// Trades the network's answer for tokens and a profile.
    async fn exchanged(&self, hash: &str, row: &StateRow, answer: Answer) -> ServiceResult<ConnectedAccount> {
        let code = match answer {
            Answer::Code(code) if code.len() <= MAX_CODE_BYTES => code,
            Answer::Code(_) => return Err(network_error("The code is longer than any network's.")),
            Answer::Refusal { error, description } => return Err(refusal(row, &error, description)),
        };
        let clients = self.clients(row.platform)?;
        let verifier = self.verifier(hash, row)?;
        let redirect_uri = self.redirect_uri(row.platform);
        let tokens = clients.oauth.exchange_code(&code, &redirect_uri, verifier.as_deref()).await;
        let tokens = tokens.map_err(|error| network_error(&error.to_string()))?;
        let profile = clients.oauth.profile(&tokens.access_token).await;
        let profile = profile.map_err(|error| network_error(&error.to_string()))?;
        self.assert_same_account(row, &profile).await?;
        let owner = Owner { workspace: row.workspace_id, user: row.user_id, platform: row.platform };
        self.connected(owner, clients.mode, tokens, profile)
    }

    /// A consent that was begun for one account does not connect another.
    async fn assert_same_account(&self, row: &StateRow, profile: &Profile) -> ServiceResult<()> {
        let Some(id) = row.account_id else { return Ok(()) };
        let wanted = self.context.db.accounts().shown(row.workspace_id, &[id]).await?.pop();
        if wanted.is_some_and(|account| account.remote_id == profile.remote_id) {
            return Ok(());
        }
        let words = format!("The consent was given for {}, not for the account to reconnect.", profile.name);
        Err(UserError::new(UserErrorCode::AccountMismatch, "", words).into())
    }

    /// The row of an account whose tokens and profile are known.
    pub(super) fn connected(
        &self,
        of: Owner,
        mode: ClientMode,
        tokens: TokenSet,
        profile: Profile,
    ) -> ServiceResult<ConnectedAccount> {
        let owner =
            TokenOwner { workspace: of.workspace, platform: of.platform, remote_id: &profile.remote_id };
        let pair = TokenPair { access: tokens.access_token, refresh: tokens.refresh_token };
        let sealed = pair.seal(&self.sealer, owner)?;
        let now = self.context.clock.now();
        Ok(ConnectedAccount {
            workspace_id: of.workspace,
            platform: of.platform,
            remote_id: profile.remote_id,
            name: profile.name,
            handle: profile.handle,
            account_type: profile.account_type,
            picture_url: profile.picture_url,
            profile_url: profile.profile_url,
            status: AccountStatus::Active,
            status_reason: None,
            simulated: mode == ClientMode::Simulation,
            access_token_sealed: Some(sealed.access),
            refresh_token_sealed: sealed.refresh,
            token_expires_at: tokens.expires_at,
            refresh_expires_at: tokens.refresh_expires_at,
            scopes: Strings(tokens.scopes),
            followers_count: profile.followers_count,
            following_count: profile.following_count,
            refresh_lease_until: None,
            expiry_warned_at: None,
            connected_by: Some(of.user),
            created_at: now,
            updated_at: now,
        })
    }
}

/// Who completes the consent, for the audit.
pub(super) fn confirmed(confirmation: Confirmation<'_>, row: &StateRow) -> ServiceResult<EventActor> {
    match confirmation {
        Confirmation::Actor(actor) if actor.user_id == row.user_id => Ok(EventActor::from(actor)),
        Confirmation::Actor(_) => Err(stale()),
        Confirmation::Browser(binding, ip_address)
            if row.browser_hash.as_deref() == Some(binding.hash().to_text().as_str()) =>
        {
            Ok(EventActor::at(row.user_id, ip_address))
        }
        Confirmation::Browser(..) | Confirmation::Missing => {
            let words = "This consent was begun elsewhere; confirm it with the access token of who began it.";
            Err(UserError::new(UserErrorCode::AccountConfirmationRequired, "state", words).into())
        }
    }
}

fn refusal(row: &StateRow, error: &str, description: Option<String>) -> ServiceError {
    // The words come through the browser: bounded, on one line.
    let said = description.filter(|words| !words.trim().is_empty()).unwrap_or_else(|| error.to_owned());
    let said: String = said.chars().filter(|c| !c.is_control()).take(MAX_WORDS_CHARS).collect();
    let words = format!("{} gave no consent: {said}", row.platform.display_name());
    UserError::new(UserErrorCode::AccountConsentRefused, "", words).into()
}
