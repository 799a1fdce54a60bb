//! The contract of a platform client, and what the engine and the services pass to it. The clients are in `platforms`.

mod compose;
mod endpoint;
pub mod error;
mod inbox;
mod metrics;
mod oauth;
mod publish;
mod registry;
mod settings;

pub use compose::{Publisher, compose};
pub use endpoint::endpoint;
pub use error::PlatformError;
pub use inbox::{InboxClient, InboxItem, InboxLimits, InboxLook, InboxReply, InboxSender, Replied};
pub use metrics::MetricsSource;
pub use oauth::{AuthorizeRequest, Profile, TokenSet};
pub use publish::{
    Absence, Call, Capabilities, ConfirmedStep, MediaItem, MediaSource, PublishInput, ReadBack, StepOutcome,
    StepSpec,
};
pub use registry::Registry;
pub use settings::{ClientMode, PlatformDefaults, PlatformSettings, default_settings};

use async_trait::async_trait;
use fanfare_domain::platform::Platform;
use fanfare_domain::violation::Violation;
use url::Url;

/// A network, as the engine and the account services see it. Implementations hold no state but their settings and the
/// HTTP client; what has to survive a crash is in the ledger, which the engine keeps.
#[async_trait]
pub trait PlatformClient: Send + Sync {
    fn platform(&self) -> Platform;

    fn settings(&self) -> &PlatformSettings;

    fn capabilities(&self) -> Capabilities;

    /// Where a person consents.
    fn authorize_url(&self, request: &AuthorizeRequest<'_>) -> Result<Url, PlatformError>;

    /// Trades the code of the callback for tokens. `pkce_verifier` is there where [`Capabilities::pkce`] is.
    async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: &Url,
        pkce_verifier: Option<&str>,
    ) -> Result<TokenSet, PlatformError>;

    /// New tokens for old ones. [`PlatformError::Auth`]: the person has to consent again;
    /// [`PlatformError::Unknown`]: a rotating refresh token may have been used up.
    async fn refresh(&self, tokens: &TokenSet) -> Result<TokenSet, PlatformError>;

    /// Tells the network to forget the tokens. A network that has no such call answers `Ok`.
    async fn revoke(&self, tokens: &TokenSet) -> Result<(), PlatformError>;

    /// The account behind a token.
    async fn profile(&self, access_token: &str) -> Result<Profile, PlatformError>;

    /// What the network would refuse, without asking it. Pure.
    fn validate(&self, input: &PublishInput) -> Vec<Violation>;

    /// The steps that publish `input`, in order; the same input always gives the same steps. Pure.
    fn plan(&self, input: &PublishInput) -> Vec<StepSpec>;

    /// Runs one step of [`PlatformClient::plan`]. `done` are the confirmed steps before it, in order.
    async fn run_step(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
    ) -> Result<StepOutcome, PlatformError>;

    /// Asks the network whether a step with a public effect, whose outcome is unknown, took effect.
    async fn read_back(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError>;

    /// Deletes a published item. Already gone is `Ok`.
    async fn delete(&self, call: &Call<'_>, external_id: &str) -> Result<(), PlatformError>;

    /// The network's numbers; `None`: it gives none.
    fn metrics(&self) -> Option<&dyn MetricsSource> {
        None
    }

    /// What people say to its accounts; `None`: the network has no inbox.
    fn inbox(&self) -> Option<&dyn InboxClient> {
        None
    }
}
