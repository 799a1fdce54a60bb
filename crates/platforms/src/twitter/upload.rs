//! Chunked upload of a medium (X API v2, `/2/media/upload`). Nothing of it is public before a post names the medium.

use super::Twitter;
use crate::transport::Transport;
use fanfare_domain::media::MediaKind;
use fanfare_platform_api::error::bounded;
use fanfare_platform_api::{Call, MediaItem, PlatformError, StepOutcome};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// The largest segment, in bytes. X takes up to 5 MB; its documentation recommends at most 4.
const SEGMENT_BYTES: u64 = 4 << 20;
/// How long to wait where X does not say.
const DEFAULT_WAIT: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Uploaded {
    data: Medium,
}

#[derive(Deserialize)]
struct Medium {
    id: String,
    processing_info: Option<Processing>,
}

#[derive(Deserialize)]
struct Processing {
    state: String,
    check_after_secs: Option<u64>,
    progress_percent: Option<u64>,
    error: Option<ProcessingError>,
}

#[derive(Deserialize)]
struct ProcessingError {
    name: Option<String>,
    message: Option<String>,
}

/// X's name for what the medium is used for: it decides the limits and whether X processes it.
fn category(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "tweet_image",
        MediaKind::Gif => "tweet_gif",
        MediaKind::Video => "tweet_video",
    }
}

impl Twitter {
    /// Initialize, append in segments, finalize. An interrupted upload is left behind (X forgets it) and begun again.
    pub(super) async fn upload(
        &self,
        call: &Call<'_>,
        item: &MediaItem,
    ) -> Result<StepOutcome, PlatformError> {
        let total = item.facts.size_bytes;
        let begin = json!({
            "media_type": item.facts.mime_type,
            "media_category": category(item.facts.kind),
            "total_bytes": total,
        });
        let request = self
            .api
            .request(Method::POST, &["media", "upload", "initialize"], call.access_token)?
            .json(&begin);
        let Uploaded { data: Medium { id, .. } } = self.api.call(call, request).await?;

        let mut start = 0;
        let mut segment = 0_u32;
        while start < total {
            let end = start.saturating_add(SEGMENT_BYTES).min(total);
            self.append(call, item, &id, segment, start..end).await?;
            start = end;
            segment += 1;
        }

        let request =
            self.api.request(Method::POST, &["media", "upload", &id, "finalize"], call.access_token)?;
        let Uploaded { data } = self.api.call(call, request).await?;
        let state = data.processing_info.map(|info| info.state);
        Ok(StepOutcome::Done {
            remote_id: Some(id),
            url: None,
            evidence: json!({ "bytes": total, "segments": segment, "processing": state }),
            memory: None,
        })
    }

    async fn append(
        &self,
        call: &Call<'_>,
        item: &MediaItem,
        id: &str,
        segment: u32,
        range: std::ops::Range<u64>,
    ) -> Result<(), PlatformError> {
        let length = range.end - range.start;
        let bytes = call.bytes_of(item, range).await?;
        let part = Part::stream_with_length(bytes, length)
            .file_name("segment")
            .mime_str("application/octet-stream")
            .map_err(|error| PlatformError::Rejected { message: error.to_string() })?;
        let form = Form::new().text("segment_index", segment.to_string()).part("media", part);
        let request = self
            .api
            .request(Method::POST, &["media", "upload", id, "append"], call.access_token)?
            .multipart(form);
        let limit = call.time_left(Transport::upload_limit(length));
        self.transport.accepted(request, limit, &[call.access_token]).await.map(|_| ())
    }

    /// `GET /2/media/upload?command=STATUS`: a GIF or a video can be posted once it has `succeeded`.
    pub(super) async fn await_medium(&self, call: &Call<'_>, id: &str) -> Result<StepOutcome, PlatformError> {
        let request = self
            .api
            .request(Method::GET, &["media", "upload"], call.access_token)?
            .query(&[("command", "STATUS"), ("media_id", id)]);
        let uploaded: Uploaded = match self.api.call(call, request).await {
            // The medium was forgotten.
            Err(PlatformError::Rejected { message }) => {
                return Err(PlatformError::PreparationExpired { message });
            }
            other => other?,
        };
        let Some(info) = uploaded.data.processing_info else {
            return Ok(done(id, "none"));
        };
        match info.state.as_str() {
            "succeeded" => Ok(done(id, "succeeded")),
            "failed" => {
                let words = info.error.and_then(|error| error.message.or(error.name));
                let words = words.as_deref().unwrap_or("the media file could not be processed");
                Err(PlatformError::Rejected { message: bounded(&format!("X: {words}")) })
            }
            state => Ok(StepOutcome::Wait {
                after: info.check_after_secs.map_or(DEFAULT_WAIT, Duration::from_secs),
                evidence: json!({ "processing": state, "progress_percent": info.progress_percent }),
            }),
        }
    }

    /// `POST /2/media/metadata`: the description for people who do not see the picture.
    pub(super) async fn describe(
        &self,
        call: &Call<'_>,
        id: &str,
        alt_text: &str,
    ) -> Result<StepOutcome, PlatformError> {
        let body = json!({ "id": id, "metadata": { "alt_text": { "text": alt_text } } });
        let request = self.api.request(Method::POST, &["media", "metadata"], call.access_token)?.json(&body);
        let limit = call.time_left(Transport::CALL_LIMIT);
        self.transport.accepted(request, limit, &[call.access_token]).await?;
        Ok(StepOutcome::Done {
            remote_id: Some(id.to_owned()),
            url: None,
            evidence: json!({ "alt_text": true }),
            memory: None,
        })
    }
}

fn done(id: &str, processing: &str) -> StepOutcome {
    StepOutcome::Done {
        remote_id: Some(id.to_owned()),
        url: None,
        evidence: json!({ "processing": processing }),
        memory: None,
    }
}
