//! Connecting an account: the user authorizes on the platform's own page, and the platform sends them back with a code
//! (RFC 6749, 4.1). Between start and end there is a state: 256 random bits of which only the hash is stored, valid for
//! one use and ten minutes.

mod again;
mod complete;
mod link;
mod simulate;
mod start;

pub use complete::{Answer, Confirmation, Connected};
pub use link::{GivenTokens, LinkAccount, Relinked};
pub use start::{StartConsent, StartedConsent};

use super::accounts::Accounts;
use crate::context::{Context, ServiceError, ServiceResult};
use fanfare_auth::sealed_places::pkce_verifier;
use fanfare_auth::{Action, OauthState, Sealer};
use fanfare_cache::rate::{Allowance, Limited};
use fanfare_domain::id::UserId;
use fanfare_domain::platform::Platform;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_net::HttpClient;
use fanfare_platform_api::{PlatformClients, Registry};
use fanfare_storage::rows::OauthState as StateRow;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long a person has for the network's page.
const STATE_LIFETIME: Duration = Duration::from_mins(10);

/// The service of connections: how accounts are connected.
#[derive(Clone)]
pub struct Connections {
    context: Arc<Context>,
    accounts: Accounts,
    registry: Registry,
    sealer: Arc<Sealer>,
    http: HttpClient,
}

impl Connections {
    pub(crate) fn new(
        context: &Arc<Context>,
        accounts: &Accounts,
        registry: &Registry,
        sealer: &Arc<Sealer>,
        http: HttpClient,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            accounts: accounts.clone(),
            registry: registry.clone(),
            sealer: Arc::clone(sealer),
            http,
        }
    }

    fn clients(&self, platform: Platform) -> ServiceResult<&PlatformClients> {
        self.registry.get(platform).ok_or_else(|| {
            let words = format!("This server has no client for {}.", platform.display_name());
            UserError::new(UserErrorCode::AccountPlatformUnavailable, "platform", words).into()
        })
    }

    /// Where a network sends people back to: registered there, so that it never changes.
    fn redirect_uri(&self, platform: Platform) -> Url {
        let mut url = self.context.options.public_base.clone();
        let path = format!("{}/api/sns/oauth/{platform}/callback", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    /// Counts a consent, or a token that is tried: the network is asked for each.
    async fn count_try(&self, user: UserId) -> ServiceResult<()> {
        let (now, limit) = (self.context.clock.now(), self.context.options.oauth_starts_per_minute);
        Ok(self.context.rates.take(Limited::ConsentStart(user), limit, now).await?)
    }

    /// Counts one less: only what fails is to run into the limit.
    async fn count_success(&self, user: UserId) {
        let limit = self.context.options.oauth_starts_per_minute;
        let consent = Allowance { what: Limited::ConsentStart(user), per_minute: limit };
        self.context.rates.put_back(consent, self.context.clock.now()).await;
    }

    /// The consent that a state stands for, left as it is.
    async fn open_state(&self, state: &str) -> ServiceResult<(String, StateRow)> {
        let hash = OauthState::parse(state).ok_or_else(stale)?.hash().to_text();
        let row = self.context.db.oauth_states().peek(&hash, self.context.clock.now()).await?;
        Ok((hash, row.ok_or_else(stale)?))
    }

    /// The PKCE verifier of a consent; `None` where the network takes none.
    fn verifier(&self, hash: &str, row: &StateRow) -> ServiceResult<Option<String>> {
        let sealed = row.pkce_verifier_sealed.as_deref();
        Ok(sealed.map(|sealed| self.sealer.open(sealed, pkce_verifier(hash))).transpose()?)
    }

    /// Whether who began the authorization may still finish it: their role may have changed since.
    async fn authorize_starter(&self, row: &StateRow) -> ServiceResult<()> {
        self.context.authorize_user(row.user_id, row.workspace_id, Action::ManageAccounts).await
    }
}

/// One answer for unknown, used, expired and someone else's: they are not distinguished.
fn stale() -> ServiceError {
    let words = "This consent is unknown, used, or older than ten minutes; start again.";
    UserError::new(UserErrorCode::AccountStateInvalid, "state", words).into()
}
