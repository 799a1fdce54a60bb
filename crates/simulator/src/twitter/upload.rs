//! Chunked media upload: initialize, finalize, STATUS. Segments are in `append.rs`.

use super::errors;
use super::request::{Caller, authenticate};
use crate::Simulator;
use crate::core::answer::{Outcome, json};
use crate::core::record::{MediaSummary, Prepared, Record};
use crate::core::running_hash::RunningHash;
use crate::core::state::State;
use crate::core::step::Step;
use crate::core::store::Transaction;
use crate::oauth::form::Form;
use axum::body::Bytes;
use axum::extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long an upload lives.
const LIFETIME: Duration = Duration::from_hours(24);

/// An upload under way or done.
#[derive(Clone, Serialize, Deserialize)]
pub struct Upload {
    pub media_type: String,
    media_category: Option<String>,
    total_bytes: u64,
    /// Bytes of each segment: a segment that is sent again replaces the one before.
    pub segments: BTreeMap<u16, u64>,
    /// Of the segments in their order; `None` once they came in another order.
    pub hash: Option<RunningHash>,
    pub hash_before_newest: Option<RunningHash>,
    /// What the first segment's bytes are.
    pub recognised: Option<String>,
    /// When it may be attached to a post; `None` before it is finalized.
    ready_at: Option<Timestamp>,
    /// What it shows, for people who do not see it.
    #[serde(default)]
    pub alt_text: Option<String>,
}

impl Upload {
    pub fn of(state: &State, remote_id: &str, id: &str, now: Timestamp) -> Option<Self> {
        let row = state.prepared(Platform::Twitter, id)?;
        let alive = row.remote_id == remote_id && now.since(row.created_at) < LIFETIME;
        alive.then(|| serde_json::from_value(row.detail.clone()).ok()).flatten()
    }

    pub fn store(&self, transaction: &mut Transaction<'_>, remote_id: &str, id: &str, created_at: Timestamp) {
        transaction.put(Record::Prepared(Prepared {
            id: id.to_owned(),
            platform: Platform::Twitter,
            remote_id: remote_id.to_owned(),
            created_at,
            detail: json!(self),
        }));
    }

    /// Stores it as a newer version of what stands there.
    pub fn update(&self, transaction: &mut Transaction<'_>, remote_id: &str, id: &str) {
        let created_at = transaction.state.prepared(Platform::Twitter, id).map(|row| row.created_at);
        if let Some(created_at) = created_at {
            self.store(transaction, remote_id, id, created_at);
        }
    }

    pub fn is_open(&self) -> bool {
        self.ready_at.is_none()
    }

    fn bytes(&self) -> u64 {
        self.segments.values().sum()
    }

    /// Whether X works on it after it is complete.
    fn is_processed(&self) -> bool {
        self.media_type.starts_with("video/") || self.media_type == "image/gif"
    }

    fn media_key(&self, id: &str) -> String {
        let class = if self.media_type.starts_with("video/") {
            13
        } else if self.media_type == "image/gif" {
            16
        } else {
            3
        };
        format!("{class}_{id}")
    }

    fn processing_info(&self, now: Timestamp) -> Option<Value> {
        let ready_at = self.ready_at.filter(|_| self.is_processed())?;
        if ready_at <= now {
            return Some(json!({ "state": "succeeded", "progress_percent": 100 }));
        }
        // Whole seconds, as X gives them.
        let wait = ready_at.since(now).as_millis().div_ceil(1000).max(1);
        Some(json!({ "state": "in_progress", "check_after_secs": wait, "progress_percent": 50 }))
    }
}

/// A finished medium of `remote_id`, with its key; `None` if it may not be attached.
pub fn ready_media(
    state: &State,
    remote_id: &str,
    id: &str,
    now: Timestamp,
) -> Option<(MediaSummary, String)> {
    let upload = Upload::of(state, remote_id, id, now)?;
    upload.ready_at.filter(|ready_at| *ready_at <= now)?;
    let sha256 = upload.hash.as_ref().map(RunningHash::hexadecimal).unwrap_or_default();
    let key = upload.media_key(id);
    Some((MediaSummary { bytes: upload.bytes(), mime_type: upload.media_type, sha256 }, key))
}

#[derive(Deserialize)]
struct Announcement {
    media_type: String,
    total_bytes: u64,
    media_category: Option<String>,
}

/// POST /2/media/upload/initialize.
pub async fn initialize(
    extract::State(simulator): extract::State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let caller = match writer(&simulator, &headers) {
        Ok(caller) => caller,
        Err(refusal) => return refusal,
    };
    let Ok(announced) = serde_json::from_slice::<Announcement>(&body) else {
        return errors::invalid("media_type", "", "media_type and total_bytes are required");
    };
    if let Err(refusal) = check_size(&announced) {
        return refusal;
    }
    simulator
        .pass(caller.call(Step::Session), async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let id = (1_990_000_000_000_000_000 + transaction.next_number()).to_string();
                let upload = Upload {
                    media_type: announced.media_type,
                    media_category: announced.media_category,
                    total_bytes: announced.total_bytes,
                    segments: BTreeMap::new(),
                    hash: Some(RunningHash::new()),
                    hash_before_newest: None,
                    recognised: None,
                    ready_at: None,
                    alt_text: None,
                };
                upload.store(transaction, &caller.remote_id, &id, now);
                transaction.effective(Platform::Twitter, &caller.remote_id, Step::Session);
                let data = json!({
                    "id": id, "media_key": upload.media_key(&id), "expires_after_secs": LIFETIME.as_secs(),
                });
                Ok(json(StatusCode::OK, &json!({ "data": data })))
            })
        })
        .await
}

fn check_size(announced: &Announcement) -> Result<(), Response> {
    let max = match announced.media_type.as_str() {
        "image/jpeg" | "image/png" | "image/webp" => 5 << 20,
        "image/gif" => 15 << 20,
        "video/mp4" | "video/quicktime" | "video/webm" => 512 << 20,
        other => return Err(errors::invalid("media_type", other, "is not a supported media type")),
    };
    if announced.total_bytes == 0 || announced.total_bytes > max {
        let bytes = announced.total_bytes.to_string();
        return Err(errors::invalid(
            "total_bytes",
            &bytes,
            "File size exceeds the limit for this media type.",
        ));
    }
    Ok(())
}

/// POST /2/media/upload/:id/finalize.
pub async fn finalize(
    extract::State(simulator): extract::State<Simulator>,
    extract::Path(id): extract::Path<String>,
    headers: HeaderMap,
) -> Response {
    let caller = match writer(&simulator, &headers) {
        Ok(caller) => caller,
        Err(refusal) => return refusal,
    };
    simulator
        .pass(caller.call(Step::Upload), async |longer| {
            let now = simulator.now();
            let processing = simulator.processing_time() + longer;
            simulator.store().transaction(|transaction| {
                let gone = || errors::invalid("id", &id, "The media id is unknown or has expired.");
                let mut upload =
                    Upload::of(transaction.state, &caller.remote_id, &id, now).ok_or_else(gone)?;
                check_content(&upload, &id)?;
                if upload.is_open() {
                    let wait = if upload.is_processed() { processing } else { Duration::ZERO };
                    upload.ready_at = Some(now.plus(wait));
                    upload.update(transaction, &caller.remote_id, &id);
                    transaction.effective(Platform::Twitter, &caller.remote_id, Step::Upload);
                }
                Ok(described(&upload, &id, now))
            })
        })
        .await
}

fn check_content(upload: &Upload, id: &str) -> Result<(), crate::core::answer::Refusal> {
    let in_order =
        upload.segments.keys().copied().eq(0..u16::try_from(upload.segments.len()).unwrap_or(u16::MAX));
    if !in_order || upload.bytes() != upload.total_bytes {
        return Err(errors::invalid("id", id, "Segments do not add up to provided total file size.").into());
    }
    if upload.recognised.as_deref() != Some(&upload.media_type) {
        return Err(errors::invalid("id", id, "InvalidMedia: media type unrecognized.").into());
    }
    Ok(())
}

/// GET /2/media/upload?command=STATUS&media_id=.
pub async fn status(
    extract::State(simulator): extract::State<Simulator>,
    headers: HeaderMap,
    extract::RawQuery(query): extract::RawQuery,
) -> Response {
    let caller = match writer(&simulator, &headers) {
        Ok(caller) => caller,
        Err(refusal) => return refusal,
    };
    let form = Form::of_query(query.as_deref());
    let (Some("STATUS"), Some(id)) = (form.get("command"), form.get("media_id")) else {
        return errors::invalid("command", form.get("command").unwrap_or_default(), "has to be STATUS");
    };
    simulator
        .pass(caller.call(Step::MediaStatus), async |longer| {
            let now = simulator.now();
            if !longer.is_zero() {
                delay(&simulator, &caller, id, now.plus(longer))?;
            }
            let upload = simulator.store().read(|state| Upload::of(state, &caller.remote_id, id, now));
            match upload.filter(|upload| !upload.is_open()) {
                Some(upload) => Ok(described(&upload, id, now)),
                None => {
                    Err(errors::invalid("media_id", id, "The media id is unknown or has expired.").into())
                }
            }
        })
        .await
}

/// Keeps a medium in progress until `ready_at`.
fn delay(simulator: &Simulator, caller: &Caller, id: &str, ready_at: Timestamp) -> Outcome {
    simulator.store().transaction(|transaction| {
        if let Some(mut upload) = Upload::of(transaction.state, &caller.remote_id, id, simulator.now()) {
            upload.ready_at = Some(ready_at);
            upload.update(transaction, &caller.remote_id, id);
        }
        Ok(StatusCode::OK.into_response())
    })
}

fn described(upload: &Upload, id: &str, now: Timestamp) -> Response {
    let mut data = json!({
        "id": id,
        "media_key": upload.media_key(id),
        "size": upload.bytes(),
        "expires_after_secs": LIFETIME.as_secs(),
    });
    if let Some(info) = upload.processing_info(now) {
        data["processing_info"] = info;
    }
    json(StatusCode::OK, &json!({ "data": data }))
}

/// The caller, if the token may upload.
pub fn writer(simulator: &Simulator, headers: &HeaderMap) -> Result<Caller, Response> {
    authenticate(simulator, headers, &["media.write"]).map_err(IntoResponse::into_response)
}
