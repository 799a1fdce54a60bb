//! Publishing on YouTube: one upload, whose session can be asked.

use super::channel_uploads::GONE;
use super::session::{Progress, session_of};
use super::text::CHANGES;
use super::{Youtube, validation};
use crate::step::{done_step, unknown_step};
use crate::transport::Transport;
use async_trait::async_trait;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::violation::Violation;
use fanfare_net::Reply;
use fanfare_platform_api::{
    Absence, Call, Capabilities, ConfirmedStep, MediaItem, NetworkClock, PlatformError, PublishInput,
    PublishingClient, ReadBack, StepOutcome, StepSpec,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

const SESSION: &str = "session";
const UPLOAD: &str = "upload";
const BASE_TIMEOUT: Duration = Duration::from_mins(1);

/// The one video of a post.
fn video_of(input: &PublishInput) -> Result<&MediaItem, PlatformError> {
    input
        .media
        .first()
        .ok_or_else(|| PlatformError::Rejected { message: "a post on YouTube needs a video".to_owned() })
}

#[async_trait]
impl NetworkClock for Youtube {
    async fn network_now(&self, max_age: Duration) -> Result<Option<Timestamp>, PlatformError> {
        self.transport.network_now(&self.settings.api_base, max_age).await
    }
}

#[async_trait]
impl PublishingClient for Youtube {
    fn capabilities(&self) -> Capabilities {
        const DAY: Duration = Duration::from_hours(24);
        Capabilities {
            delete: true,
            pulls_media: false,
            // The session says at once how far the upload is.
            shows_after: Duration::ZERO,
            settle: self.settle(),
            account_budget: (100, DAY),
            app_budget: (100, DAY),
        }
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
                evidence: json!({ SESSION: "complete", "video": video.id }),
                remote_id: video.id,
            }),
            Progress::Partial(kept) => {
                Ok(ReadBack::Resumable { evidence: json!({ SESSION: "open", "kept_bytes": kept }) })
            }
            Progress::Gone => self.find_upload(call, input, absence).await,
        }
    }

    /// A session names its video. Where it is gone, the video is known by its title and description.
    fn is_ambiguous(&self, evidence: &Value, one: &PublishInput, other: &PublishInput) -> bool {
        let words = |input: &PublishInput| {
            let title = input.title.as_deref().unwrap_or_default();
            (CHANGES.comparable(title), CHANGES.comparable(&input.full_text()))
        };
        evidence.get(SESSION).and_then(Value::as_str) == Some(GONE) && words(one) == words(other)
    }

    /// `DELETE /youtube/v3/videos`.
    async fn delete(&self, call: &Call<'_>, external_id: &str) -> Result<(), PlatformError> {
        let request =
            self.api.request(Method::DELETE, &["videos"], call.access_token)?.query(&[("id", external_id)]);
        let limit = call.time_left(Transport::CALL_LIMIT);
        let is_gone = |reply: &Reply| reply.status == StatusCode::NOT_FOUND;
        self.transport.deleted(request, limit, &[call.access_token], is_gone).await
    }
}
