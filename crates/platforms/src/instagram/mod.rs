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
mod publishing;
mod steps;
mod tags;
mod text;
mod validation;

use crate::api::Api;
use crate::transport::Transport;
use fanfare_domain::clock::SharedClock;
use fanfare_net::HttpClient;
use fanfare_platform_api::{ClientMode, PlatformSettings};
use std::time::Duration;

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

    /// How long after a call's deadline a listing certainly shows the call's effect.
    fn settle(&self) -> Duration {
        match self.settings.mode {
            ClientMode::Live => Duration::from_mins(1),
            ClientMode::Simulation => Duration::ZERO,
        }
    }
}
