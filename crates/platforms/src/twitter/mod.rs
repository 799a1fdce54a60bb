//! X (`twitter`): media in segments, then a post. X has no idempotency key: a lost answer is looked up in the
//! account's timeline.

mod direct_messages;
mod error;
mod inbox;
mod mentions;
mod metrics;
mod oauth;
mod post;
mod publishing;
mod reference;
mod text;
mod timeline;
mod upload;
mod validation;

use crate::api::Api;
use crate::transport::Transport;
use fanfare_domain::clock::SharedClock;
use fanfare_net::HttpClient;
use fanfare_platform_api::{ClientMode, PlatformError, PlatformSettings, endpoint};
use std::time::Duration;
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

    /// How long after a call's deadline a listing certainly shows the call's effect.
    fn settle(&self) -> Duration {
        match self.settings.mode {
            ClientMode::Live => Duration::from_secs(30),
            ClientMode::Simulation => Duration::ZERO,
        }
    }
}
