//! X (`twitter`): media in segments, then a post. X has no idempotency key: a lost answer is looked up in the
//! account's timeline.

mod direct_messages;
mod error;
mod inbox;
mod mentions;
mod metrics;
mod oauth;
mod post;
mod reference;
mod text;
mod timeline;
mod upload;
mod validation;

use crate::api::Api;
use crate::transport::Transport;
use async_trait::async_trait;
use fanfare_domain::clock::SharedClock;
use fanfare_domain::platform::Platform;
use fanfare_domain::violation::Violation;
use fanfare_net::HttpClient;
use fanfare_platform_api::endpoint;
use fanfare_platform_api::{
    Absence, AuthorizeRequest, Call, Capabilities, ClientMode, ConfirmedStep, InboxClient, MetricsSource,
    PlatformClient, PlatformError, PlatformSettings, Profile, PublishInput, ReadBack, StepOutcome, StepSpec,
    TokenSet,
};
use std::time::Duration;
use timeline::Wanted;
use url::Url;

/// The client for X API v2.
pub(super) struct Twitter {
    settings: PlatformSettings,
    transport: Transport,
    api: Api,
}

impl Twitter {
    pub fn new(http: HttpClient, clock: SharedClock, settings: PlatformSettings) -> Self {
        let transport = Transport::new(http, clock, error::refusal);
        let api = Api::new(&transport, &settings, &[]);
        Self { settings, transport, api }
    }

    /// A post's address. `i` stands for any handle: X forwards it.
    fn post_url(&self, handle: Option<&str>, id: &str) -> Result<Url, PlatformError> {
        endpoint(&self.settings.auth_base, &[handle.unwrap_or("i"), "status", id])
    }
}

#[async_trait]
impl PlatformClient for Twitter {
    fn platform(&self) -> Platform {
        Platform::Twitter
    }

    fn settings(&self) -> &PlatformSettings {
        &self.settings
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            pkce: true,
            delete: true,
            pulls_media: false,
            rotating_refresh: true,
            settle: match self.settings.mode {
                ClientMode::Live => Duration::from_secs(30),
                ClientMode::Simulation => Duration::ZERO,
            },
            account_budget: (100, Duration::from_mins(15)),
            app_budget: (10_000, Duration::from_hours(24)),
        }
    }

    fn authorize_url(&self, request: &AuthorizeRequest<'_>) -> Result<Url, PlatformError> {
        self.consent_url(request)
    }

    async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: &Url,
        pkce_verifier: Option<&str>,
    ) -> Result<TokenSet, PlatformError> {
        self.trade(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri.as_str()),
            ("code_verifier", pkce_verifier.unwrap_or_default()),
        ])
        .await
    }

    async fn refresh(&self, tokens: &TokenSet) -> Result<TokenSet, PlatformError> {
        let Some(refresh_token) = &tokens.refresh_token else {
            return Err(PlatformError::Auth { message: "the account has no refresh token".to_owned() });
        };
        self.trade(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    async fn revoke(&self, tokens: &TokenSet) -> Result<(), PlatformError> {
        if let Some(refresh_token) = &tokens.refresh_token {
            self.forget(refresh_token, "refresh_token").await?;
        }
        self.forget(&tokens.access_token, "access_token").await
    }

    async fn profile(&self, access_token: &str) -> Result<Profile, PlatformError> {
        self.me(access_token).await
    }

    fn validate(&self, input: &PublishInput) -> Vec<Violation> {
        validation::validate(input)
    }

    fn plan(&self, input: &PublishInput) -> Vec<StepSpec> {
        post::plan(input)
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
        _done: &[ConfirmedStep],
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let text = input.full_text();
        let wanted = Wanted { text: &text, answers: None, handle: input.account_handle.as_deref() };
        self.find_own(call, &wanted, absence).await
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
