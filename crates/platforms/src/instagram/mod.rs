//! Instagram, with Instagram login: Instagram pulls each medium into a container, and a container is published.

mod comments;
mod container;
mod conversations;
mod error;
mod feed;
mod inbox;
mod instant;
mod metrics;
mod oauth;
mod paging;
mod publication;
mod steps;
mod validation;

use crate::api::Api;
use crate::transport::Transport;
use async_trait::async_trait;
use fanfare_domain::clock::SharedClock;
use fanfare_domain::platform::Platform;
use fanfare_domain::violation::Violation;
use fanfare_net::HttpClient;
use fanfare_platform_api::{
    Absence, AuthorizeRequest, Call, Capabilities, ClientMode, ConfirmedStep, InboxClient, MetricsSource,
    PlatformClient, PlatformError, PlatformSettings, Profile, PublishInput, ReadBack, StepOutcome, StepSpec,
    TokenSet,
};
use std::time::Duration;
use url::Url;

/// The client for the Instagram API with Instagram login.
pub(super) struct Instagram {
    settings: PlatformSettings,
    transport: Transport,
    api: Api,
}

impl Instagram {
    pub fn new(http: HttpClient, clock: SharedClock, settings: PlatformSettings) -> Self {
        let transport = Transport::new(http, clock, error::refusal);
        let api = Api::new(&transport, &settings, &[]);
        Self { settings, transport, api }
    }
}

#[async_trait]
impl PlatformClient for Instagram {
    fn platform(&self) -> Platform {
        Platform::Instagram
    }

    fn settings(&self) -> &PlatformSettings {
        &self.settings
    }

    fn capabilities(&self) -> Capabilities {
        const DAY: Duration = Duration::from_hours(24);
        Capabilities {
            pkce: false,
            delete: true,
            pulls_media: true,
            rotating_refresh: false,
            settle: match self.settings.mode {
                ClientMode::Live => Duration::from_mins(1),
                ClientMode::Simulation => Duration::ZERO,
            },
            account_budget: (100, DAY),
            // Instagram counts by account; this only bounds a fault of ours.
            app_budget: (100_000, DAY),
        }
    }

    fn authorize_url(&self, request: &AuthorizeRequest<'_>) -> Result<Url, PlatformError> {
        self.consent_url(request)
    }

    async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: &Url,
        _pkce_verifier: Option<&str>,
    ) -> Result<TokenSet, PlatformError> {
        self.exchange(code, redirect_uri).await
    }

    async fn refresh(&self, tokens: &TokenSet) -> Result<TokenSet, PlatformError> {
        let query = [("grant_type", "ig_refresh_token"), ("access_token", tokens.access_token.as_str())];
        let mut fresh = self.long_lived("refresh_access_token", &query).await?;
        fresh.scopes.clone_from(&tokens.scopes);
        Ok(fresh)
    }

    /// Instagram login has no such call: people take the consent back in Instagram's settings.
    async fn revoke(&self, _tokens: &TokenSet) -> Result<(), PlatformError> {
        Ok(())
    }

    async fn profile(&self, access_token: &str) -> Result<Profile, PlatformError> {
        self.me(access_token).await
    }

    fn validate(&self, input: &PublishInput) -> Vec<Violation> {
        validation::validate(input, self.settings.mode)
    }

    fn plan(&self, input: &PublishInput) -> Vec<StepSpec> {
        steps::plan(input)
    }

    async fn run_step(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
    ) -> Result<StepOutcome, PlatformError> {
        self.run(call, input, step, done).await
    }

    async fn read_back(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        _step: &StepSpec,
        done: &[ConfirmedStep],
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        self.find_published(call, input, done, absence).await
    }

    async fn delete(&self, call: &Call<'_>, external_id: &str) -> Result<(), PlatformError> {
        self.remove(call, external_id).await
    }

    fn metrics(&self) -> Option<&dyn MetricsSource> {
        Some(self)
    }

    fn inbox(&self) -> Option<&dyn InboxClient> {
        Some(self)
    }
}
