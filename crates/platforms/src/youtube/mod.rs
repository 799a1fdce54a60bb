//! YouTube and YouTube Shorts: one resumable upload, whose last byte publishes and whose session can be asked.

mod channel_uploads;
mod comments;
mod error;
mod inbox;
mod metrics;
mod oauth;
mod session;
mod validation;

use crate::api::Api;
use crate::step::{done_step, unknown_step};
use crate::transport::Transport;
use async_trait::async_trait;
use fanfare_domain::clock::SharedClock;
use fanfare_domain::platform::Platform;
use fanfare_domain::violation::Violation;
use fanfare_net::{HttpClient, Reply};
use fanfare_platform_api::endpoint;
use fanfare_platform_api::{
    Absence, AuthorizeRequest, Call, Capabilities, ClientMode, ConfirmedStep, InboxClient, MediaItem,
    MetricsSource, PlatformClient, PlatformError, PlatformSettings, Profile, PublishInput, ReadBack,
    StepOutcome, StepSpec, TokenSet,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use session::{Progress, session_of};
use std::time::Duration;
use url::Url;

const SESSION: &str = "session";
const UPLOAD: &str = "upload";
const BASE_TIMEOUT: Duration = Duration::from_mins(1);

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
}

/// The one video of a post.
fn video_of(input: &PublishInput) -> Result<&MediaItem, PlatformError> {
    input
        .media
        .first()
        .ok_or_else(|| PlatformError::Rejected { message: "a post on YouTube needs a video".to_owned() })
}

#[async_trait]
impl PlatformClient for Youtube {
    fn platform(&self) -> Platform {
        self.platform
    }

    fn settings(&self) -> &PlatformSettings {
        &self.settings
    }

    fn capabilities(&self) -> Capabilities {
        const DAY: Duration = Duration::from_hours(24);
        Capabilities {
            pkce: true,
            delete: true,
            pulls_media: false,
            rotating_refresh: false,
            settle: match self.settings.mode {
                ClientMode::Live => Duration::from_mins(2),
                ClientMode::Simulation => Duration::ZERO,
            },
            account_budget: (100, DAY),
            app_budget: (100, DAY),
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
        let mut grant = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri.as_str()),
        ];
        grant.extend(pkce_verifier.map(|verifier| ("code_verifier", verifier)));
        self.trade(&grant).await
    }

    /// Google gives no new refresh token: the old one is kept.
    async fn refresh(&self, tokens: &TokenSet) -> Result<TokenSet, PlatformError> {
        let Some(refresh_token) = &tokens.refresh_token else {
            return Err(PlatformError::Auth { message: "the account has no refresh token".to_owned() });
        };
        let mut fresh =
            self.trade(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await?;
        fresh.refresh_token.get_or_insert_with(|| refresh_token.clone());
        fresh.refresh_expires_at = fresh.refresh_expires_at.or(tokens.refresh_expires_at);
        Ok(fresh)
    }

    async fn revoke(&self, tokens: &TokenSet) -> Result<(), PlatformError> {
        self.forget(tokens.refresh_token.as_deref().unwrap_or(&tokens.access_token)).await
    }

    async fn profile(&self, access_token: &str) -> Result<Profile, PlatformError> {
        self.channel(access_token).await
    }

    fn validate(&self, input: &PublishInput) -> Vec<Violation> {
        validation::validate(input, self.platform)
    }

    fn plan(&self, input: &PublishInput) -> Vec<StepSpec> {
        let bytes = input.media.first().map_or(0, |item| item.facts.size_bytes);
        let transfer = Duration::from_secs(bytes / Transport::SLOWEST_BYTES_PER_SECOND);
        let step =
            |name, public_effect, timeout| StepSpec { name, key: String::new(), public_effect, timeout };
        vec![step(SESSION, false, BASE_TIMEOUT), step(UPLOAD, true, BASE_TIMEOUT + transfer)]
    }

    async fn run_step(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        step: &StepSpec,
        done: &[ConfirmedStep],
    ) -> Result<StepOutcome, PlatformError> {
        let video = video_of(input)?;
        match step.name {
            SESSION => self.open_session(call, input, video).await,
            UPLOAD => {
                let session = session_of(done_step(done, SESSION, "")).ok_or_else(|| {
                    PlatformError::PreparationExpired { message: "no session is known".to_owned() }
                })?;
                self.upload(call, video, &session).await
            }
            _ => Err(unknown_step(step)),
        }
    }

    async fn read_back(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        _step: &StepSpec,
        done: &[ConfirmedStep],
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError> {
        let Some(session) = session_of(done_step(done, SESSION, "")) else {
            return self.find_upload(call, input, absence).await;
        };
        let total = video_of(input)?.facts.size_bytes;
        match self.probe(call, &session, total).await? {
            Progress::Complete(video) => Ok(ReadBack::Found {
                url: self.video_url(&video.id).ok(),
                evidence: serde_json::json!({ "session": "complete", "video": video.id }),
                remote_id: video.id,
            }),
            Progress::Partial(kept) => Ok(ReadBack::Resumable {
                evidence: serde_json::json!({ "session": "open", "kept_bytes": kept }),
            }),
            Progress::Gone => self.find_upload(call, input, absence).await,
        }
    }

    /// `DELETE /youtube/v3/videos`.
    async fn delete(&self, call: &Call<'_>, external_id: &str) -> Result<(), PlatformError> {
        let request =
            self.api.request(Method::DELETE, &["videos"], call.access_token)?.query(&[("id", external_id)]);
        let limit = call.time_left(Transport::CALL_LIMIT);
        let is_gone = |reply: &Reply| reply.status == StatusCode::NOT_FOUND;
        self.transport.deleted(request, limit, &[call.access_token], is_gone).await
    }

    fn metrics(&self) -> Option<&dyn MetricsSource> {
        Some(self)
    }

    fn inbox(&self) -> Option<&dyn InboxClient> {
        Some(self)
    }
}
