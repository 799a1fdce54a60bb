//! Opening and cancelling a resumable upload.

use super::errors;
use super::request::{authenticate, parts};
use super::text::CHANGES;
use crate::Simulator;
use crate::base_url::base_url;
use crate::core::answer::{Refusal, with_header};
use crate::core::hashing::random_token;
use crate::core::record::{Prepared, Record};
use crate::core::running_hash::RunningHash;
use crate::core::state::State;
use crate::core::step::Step;
use crate::core::store::Transaction;
use crate::oauth::form::Form;
use axum::body::Bytes;
use axum::extract::{self, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a session's address is valid.
const LIFETIME: Duration = Duration::from_hours(168);
/// Videos that a channel may upload in [`WINDOW`].
const UPLOADS_PER_DAY: usize = 100;
const WINDOW: Duration = Duration::from_hours(24);
const MAX_TITLE_CHARS: usize = 100;
const MAX_DESCRIPTION_BYTES: usize = 5_000;
const MAX_TAGS_CHARS: usize = 500;

/// A resumable upload.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    pub title: String,
    pub description: String,
    pub snippet: Value,
    pub status: Value,
    pub media_type: String,
    /// The video's size, where the client told it.
    pub total: Option<u64>,
    pub received: u64,
    pub hash: RunningHash,
    /// The video that it became.
    pub video: Option<String>,
    pub cancelled: bool,
}

impl Session {
    /// The session with its channel; `None` if its address is not (or no longer) good.
    pub fn of(state: &State, id: &str, now: Timestamp) -> Option<(String, Self)> {
        let row = state.prepared(Platform::Youtube, id)?;
        let session: Self = serde_json::from_value(row.detail.clone()).ok()?;
        let good = !session.cancelled && now.since(row.created_at) < LIFETIME;
        good.then(|| (row.remote_id.clone(), session))
    }

    pub fn store(&self, transaction: &mut Transaction<'_>, remote_id: &str, id: &str, now: Timestamp) {
        let created_at = transaction.state.prepared(Platform::Youtube, id).map_or(now, |row| row.created_at);
        transaction.put(Record::Prepared(Prepared {
            id: id.to_owned(),
            platform: Platform::Youtube,
            remote_id: remote_id.to_owned(),
            created_at,
            detail: json!(self),
        }));
    }
}

/// POST /upload/youtube/v3/videos?uploadType=resumable: the session's address is in `Location`.
pub async fn open(
    extract::State(simulator): extract::State<Simulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let form = Form::of_query(query.as_deref());
    let asked = authenticate(&simulator, &headers, &[".upload", ".force-ssl"])
        .and_then(|caller| Ok((caller, parts(&form)?)))
        .and_then(|(caller, parts)| Ok((caller, parts, read(&form, &headers, &body)?)));
    let (caller, parts, session) = match asked {
        Ok(asked) => asked,
        Err(refusal) => return refusal.into_response(),
    };
    simulator
        .pass(caller.call(Step::Session), async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                if transaction.state.limits()
                    && uploaded(transaction.state, &caller.remote_id, now) >= UPLOADS_PER_DAY
                {
                    return Err(errors::upload_limit().into());
                }
                let id = random_token();
                session.store(transaction, &caller.remote_id, &id, now);
                transaction.effective(Platform::Youtube, &caller.remote_id, Step::Session);
                let base = base_url(&headers, "youtube/upload/youtube/v3/videos");
                let part = parts.join("%2C");
                let location = format!("{base}?uploadType=resumable&part={part}&upload_id={id}");
                let response = with_header(StatusCode::OK.into_response(), "location", &location);
                Ok(with_header(response, "x-guploader-uploadid", &id))
            })
        })
        .await
}

fn uploaded(state: &State, remote_id: &str, now: Timestamp) -> usize {
    let start = now.minus(WINDOW);
    state.timeline(Platform::Youtube, remote_id).take_while(|post| post.created_at > start).count()
}

/// What is to be uploaded, if the network would take it.
fn read(form: &Form, headers: &HeaderMap, body: &Bytes) -> Result<Session, Refusal> {
    if form.get("uploadType") != Some("resumable") {
        return Err(errors::bad_request("badRequest", "uploadType has to be resumable").into());
    }
    let Ok(video) = serde_json::from_slice::<Value>(body) else {
        return Err(errors::bad_request("parseError", "Parse Error").into());
    };
    let (snippet, status) = (&video["snippet"], &video["status"]);
    let title = snippet["title"].as_str().unwrap_or_default();
    let marks = |text: &str| text.contains(['<', '>']);
    if title.trim().is_empty() || title.chars().count() > MAX_TITLE_CHARS || marks(title) {
        let words = "The request metadata specifies an invalid or empty video title.";
        return Err(errors::bad_request("invalidTitle", words).into());
    }
    let description = snippet["description"].as_str().unwrap_or_default();
    if description.len() > MAX_DESCRIPTION_BYTES || marks(description) {
        let words = "The request metadata specifies an invalid video description.";
        return Err(errors::bad_request("invalidDescription", words).into());
    }
    if tags_length(&snippet["tags"]) > MAX_TAGS_CHARS {
        let words = "The request metadata specifies invalid video keywords.";
        return Err(errors::bad_request("invalidTags", words).into());
    }
    if !matches!(status["privacyStatus"].as_str(), None | Some("public" | "private" | "unlisted")) {
        let words = "The request metadata specifies an invalid privacy status.";
        return Err(errors::bad_request("invalidVideoMetadata", words).into());
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = header("x-upload-content-type").unwrap_or("application/octet-stream");
    if !media_type.starts_with("video/") && media_type != "application/octet-stream" {
        let words = format!("Media type '{media_type}' is not supported.");
        return Err(errors::bad_request("badContent", &words).into());
    }
    Ok(Session {
        title: CHANGES.stored(title),
        description: CHANGES.stored(description),
        snippet: snippet.clone(),
        status: status.clone(),
        media_type: media_type.to_owned(),
        total: header("x-upload-content-length").and_then(|text| text.parse().ok()),
        received: 0,
        hash: RunningHash::new(),
        video: None,
        cancelled: false,
    })
}

/// As YouTube counts: commas between tags, and quotes around one with a space.
fn tags_length(tags: &Value) -> usize {
    let tags = tags.as_array().map(Vec::as_slice).unwrap_or_default();
    let length = |tag: &str| tag.chars().count() + if tag.contains(' ') { 2 } else { 0 };
    tags.iter().filter_map(Value::as_str).map(length).sum::<usize>() + tags.len().saturating_sub(1)
}

/// DELETE of a session's address: 499, and the session is gone.
pub async fn cancel(
    extract::State(simulator): extract::State<Simulator>,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::of_query(query.as_deref());
    let id = form.get("upload_id").unwrap_or_default();
    let now = simulator.now();
    let outcome = simulator.store().transaction(|transaction| {
        let gone = || errors::not_found("notFound", "Upload session not found.");
        let (remote_id, session) = Session::of(transaction.state, id, now).ok_or_else(gone)?;
        Session { cancelled: true, ..session }.store(transaction, &remote_id, id, now);
        let closed = StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST);
        Ok(closed.into_response())
    });
    outcome.unwrap_or_else(IntoResponse::into_response)
}
