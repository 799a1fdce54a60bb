//! YouTube and YouTube Shorts: one resumable upload, whose last byte publishes and whose session can be asked.

mod channel_uploads;
mod comments;
mod error;
mod inbox;
mod metrics;
mod oauth;
mod publishing;
mod session;
mod text;
mod validation;

use crate::api::Api;
use crate::transport::Transport;
use fanfare_domain::clock::SharedClock;
use fanfare_domain::platform::Platform;
use fanfare_net::HttpClient;
use fanfare_platform_api::{ClientMode, PlatformError, PlatformSettings, endpoint};
use reqwest::{Method, RequestBuilder};
use std::time::Duration;
use url::Url;

/// The client for the YouTube Data API.
pub(super) struct Youtube {
    platform: Platform,
    settings: PlatformSettings,
    transport: Transport,
    api: Api,
}

impl Youtube {
    /// `platform`: [`Platform::Youtube`] or [`Platform::YoutubeShorts`].
    pub fn new(platform: Platform, http: HttpClient, clock: SharedClock, settings: PlatformSettings) -> Self {
        let transport = Transport::new(http, clock, error::refusal);
        let api = Api::new(&transport, &settings, &["youtube"]);
        Self { platform, settings, transport, api }
    }

    /// The request that opens an upload session.
    fn upload_api(&self, access_token: &str) -> Result<RequestBuilder, PlatformError> {
        let path = ["upload", "youtube", self.settings.api_version.as_str(), "videos"];
        let url = endpoint(&self.settings.api_base, &path)?;
        let query = [("uploadType", "resumable"), ("part", "snippet,status")];
        Ok(self.transport.request(Method::POST, url).bearer_auth(access_token).query(&query))
    }

    /// A page for people; the consent page's host is not theirs.
    fn page(&self, segments: &[&str]) -> Result<Url, PlatformError> {
        match self.settings.mode {
            ClientMode::Simulation => endpoint(&self.settings.auth_base, segments),
            ClientMode::Live => {
                let site = Url::parse("https://www.youtube.com")
                    .map_err(|error| PlatformError::Rejected { message: error.to_string() })?;
                endpoint(&site, segments)
            }
        }
    }

    fn video_url(&self, id: &str) -> Result<Url, PlatformError> {
        if self.platform == Platform::YoutubeShorts {
            return self.page(&["shorts", id]);
        }
        let mut url = self.page(&["watch"])?;
        url.query_pairs_mut().append_pair("v", id);
        Ok(url)
    }

    /// How long after a call's deadline a listing certainly shows the call's effect.
    fn settle(&self) -> Duration {
        match self.settings.mode {
            ClientMode::Live => Duration::from_mins(2),
            ClientMode::Simulation => Duration::ZERO,
        }
    }
}
