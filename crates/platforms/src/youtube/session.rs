//! A resumable upload (YouTube Data API, "Resumable Uploads"): one session for a video, its bytes in chunks, and a probe
//! that tells how far it is. The last byte publishes.

use super::Youtube;
use super::error::refusal;
use crate::transport::{Transport, read};
use bytes::Bytes;
use fanfare_platform_api::{
    Call, ClientMode, ConfirmedStep, MediaItem, PlatformError, PublishInput, StepOutcome,
};
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

/// Bytes in one request: a multiple of 256 KiB, as the protocol wants of all but the last.
const CHUNK_BYTES: u64 = 8 << 20;
/// "People & Blogs": the category for what says nothing of its own.
const CATEGORY: &str = "22";
/// Where a session's address is kept. It is as good as a token for its upload, hence never in the evidence.
const SESSION_KEY: &str = "session";

#[derive(Debug, Deserialize)]
pub(super) struct Video {
    pub id: String,
}

/// How far an upload is.
#[derive(Debug)]
pub(super) enum Progress {
    Complete(Video),
    /// Bytes that YouTube keeps.
    Partial(u64),
    /// YouTube does not know the session any more.
    Gone,
}

/// The session that an earlier step opened.
pub(super) fn session_of(step: Option<&ConfirmedStep>) -> Option<Url> {
    Url::parse(step?.memory.as_ref()?.get(SESSION_KEY)?.as_str()?).ok()
}

fn metadata(input: &PublishInput) -> Value {
    json!({
        "snippet": {
            "title": input.title.as_deref().unwrap_or_default(),
            "description": input.full_text(),
            "tags": input.hashtags,
            "categoryId": CATEGORY,
        },
        "status": { "privacyStatus": "public", "selfDeclaredMadeForKids": false },
    })
}

impl Youtube {
    /// `POST /upload/youtube/v3/videos?uploadType=resumable`.
    pub(super) async fn open_session(
        &self,
        call: &Call<'_>,
        input: &PublishInput,
        item: &MediaItem,
    ) -> Result<StepOutcome, PlatformError> {
        let request = self
            .upload_api(call.access_token)?
            .header("X-Upload-Content-Length", item.facts.size_bytes)
            .header("X-Upload-Content-Type", &item.facts.mime_type)
            .json(&metadata(input));
        let limit = call.time_left(Transport::CALL_LIMIT);
        let reply = self.transport.accepted(request, limit, &[call.access_token]).await?;
        let session = reply
            .header("location")
            .and_then(|text| Url::parse(text).ok())
            .filter(|url| self.is_session_address(url))
            .ok_or_else(|| PlatformError::Unknown { message: "YouTube opened no session".to_owned() })?;
        Ok(StepOutcome::Done {
            remote_id: None,
            url: None,
            evidence: json!({ "bytes": item.facts.size_bytes }),
            memory: Some(json!({ SESSION_KEY: session.as_str() })),
        })
    }

    /// The token goes with every chunk: only to where the API is, or to Google.
    fn is_session_address(&self, url: &Url) -> bool {
        let here = &self.settings.api_base;
        url.origin() == here.origin()
            || (self.settings.mode == ClientMode::Live
                && url.scheme() == "https"
                && url.host_str().is_some_and(|host| host.ends_with(".googleapis.com")))
    }

    /// Sends what YouTube does not have yet.
    pub(super) async fn upload(
        &self,
        call: &Call<'_>,
        item: &MediaItem,
        session: &Url,
    ) -> Result<StepOutcome, PlatformError> {
        let total = item.facts.size_bytes;
        let mut sent = match self.probe(call, session, total).await.map_err(PlatformError::without_effect)? {
            Progress::Complete(video) => return Ok(self.uploaded(&video, total)),
            Progress::Gone => return Err(gone()),
            Progress::Partial(kept) => kept,
        };
        loop {
            let end = sent.saturating_add(CHUNK_BYTES).min(total);
            let bytes = call.bytes_of(item, sent..end).await?;
            let range = format!("bytes {sent}-{}/{total}", end.saturating_sub(1));
            let limit = call.time_left(Transport::upload_limit(end.saturating_sub(sent)));
            let progress = self.put(call, session, range, bytes, limit).await;
            match progress {
                Ok(Progress::Complete(video)) => return Ok(self.uploaded(&video, total)),
                // YouTube may keep less than it was sent.
                Ok(Progress::Partial(kept)) if kept > sent => sent = kept,
                Ok(Progress::Partial(_)) => {
                    return Err(PlatformError::Transient { message: "YouTube keeps no bytes".to_owned() });
                }
                Ok(Progress::Gone) if end < total => return Err(gone()),
                Ok(Progress::Gone) => {
                    return Err(PlatformError::Unknown {
                        message: "the session ended with its last byte".to_owned(),
                    });
                }
                // Only the last byte publishes.
                Err(error) if end < total => return Err(error.without_effect()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks how far the upload is: an empty PUT with `Content-Range: bytes */N`.
    pub(super) async fn probe(
        &self,
        call: &Call<'_>,
        session: &Url,
        total: u64,
    ) -> Result<Progress, PlatformError> {
        let limit = call.time_left(Transport::CALL_LIMIT);
        self.put(call, session, format!("bytes */{total}"), Bytes::new(), limit).await
    }

    async fn put(
        &self,
        call: &Call<'_>,
        session: &Url,
        range: String,
        bytes: Bytes,
        limit: std::time::Duration,
    ) -> Result<Progress, PlatformError> {
        let request = self
            .transport
            .request(Method::PUT, session.clone())
            .bearer_auth(call.access_token)
            .header(CONTENT_RANGE, range)
            // An empty body has no length of its own, and Google answers 411 without one.
            .header(CONTENT_LENGTH, bytes.len())
            .body(bytes);
        let reply = self.transport.reply(request, limit).await?;
        match reply.status {
            StatusCode::OK | StatusCode::CREATED => read(&reply).map(Progress::Complete),
            StatusCode::PERMANENT_REDIRECT => Ok(Progress::Partial(kept_bytes(reply.header("range")))),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Progress::Gone),
            _ => Err(refusal(&reply, self.transport.now()).redacted(&[call.access_token, session.as_str()])),
        }
    }

    fn uploaded(&self, video: &Video, total: u64) -> StepOutcome {
        StepOutcome::Done {
            remote_id: Some(video.id.clone()),
            url: self.video_url(&video.id).ok(),
            evidence: json!({ "bytes": total, "video": video.id }),
            memory: None,
        }
    }
}

/// `Range: bytes=0-M` means M + 1 bytes; no header means none.
fn kept_bytes(range: Option<&str>) -> u64 {
    range
        .and_then(|range| range.rsplit_once('-'))
        .and_then(|(_, last)| last.trim().parse::<u64>().ok())
        .map_or(0, |last| last.saturating_add(1))
}

fn gone() -> PlatformError {
    PlatformError::PreparationExpired { message: "YouTube: the upload session has ended".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_tells_how_much_is_kept() {
        assert_eq!(kept_bytes(None), 0);
        assert_eq!(kept_bytes(Some("bytes=0-262143")), 262_144);
        assert_eq!(kept_bytes(Some("0-0")), 1);
        assert_eq!(kept_bytes(Some("nonsense")), 0);
    }
}
