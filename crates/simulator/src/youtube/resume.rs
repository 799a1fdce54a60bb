//! PUT to a session's address: bytes, or the question how far the upload is.

use super::request::Caller;
use super::session::Session;
use super::{errors, videos};
use crate::Simulator;
use crate::core::answer::{Outcome, with_header};
use crate::core::hashing::sha256_base64url;
use crate::core::record::{MediaSummary, Post, Record};
use crate::core::running_hash::RunningHash;
use crate::core::state::State;
use crate::core::step::Step;
use crate::core::store::Transaction;
use crate::oauth::form::Form;
use axum::body::Body;
use axum::extract::{self, RawQuery};
use axum::http::header::{CONTENT_LENGTH, CONTENT_RANGE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use futures_util::StreamExt;
use serde_json::json;

/// Every chunk but the last is a multiple of this, in bytes.
const CHUNK_UNIT: u64 = 256 << 10;

/// `Content-Range` of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    /// `bytes */N` or `bytes */*`: no bytes, a question.
    Question { total: Option<u64> },
    /// `bytes first-last/N`, or the whole file where there is no such header.
    Bytes { first: u64, last: u64, total: Option<u64> },
}

impl Range {
    fn read(headers: &HeaderMap) -> Option<Self> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let Some(range) = header(CONTENT_RANGE) else {
            let length: u64 = header(CONTENT_LENGTH)?.trim().parse().ok()?;
            let last = length.checked_sub(1)?;
            return Some(Self::Bytes { first: 0, last, total: Some(length) });
        };
        let (span, total) = range.trim().strip_prefix("bytes")?.trim().split_once('/')?;
        let total = if total == "*" { None } else { Some(total.parse().ok()?) };
        if span == "*" {
            return Some(Self::Question { total });
        }
        let (first, last) = span.split_once('-')?;
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        let sound = first <= last && total.is_none_or(|total: u64| last < total);
        sound.then_some(Self::Bytes { first, last, total })
    }

    /// Whether these bytes complete the video.
    fn is_last(self, announced: Option<u64>) -> bool {
        match self {
            Self::Question { .. } => false,
            Self::Bytes { last, total, .. } => total.or(announced).is_some_and(|total| last + 1 == total),
        }
    }
}

/// A chunk that has arrived.
struct Chunk {
    first: u64,
    length: u64,
    hash: RunningHash,
    is_last: bool,
}

pub async fn put(
    extract::State(simulator): extract::State<Simulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Body,
) -> Response {
    let form = Form::of_query(query.as_deref());
    let id = form.get("upload_id").unwrap_or_default();
    let now = simulator.now();
    let Some((remote_id, session)) = simulator.store().read(|state| Session::of(state, id, now)) else {
        return errors::not_found("notFound", "Upload session not found.");
    };
    let Some(range) = Range::read(&headers) else {
        return errors::bad_request("badRequest", "Invalid Content-Range or Content-Length.");
    };
    let step = match range {
        Range::Question { .. } => Step::ReadBack,
        Range::Bytes { .. } if range.is_last(session.total) => Step::Publish,
        Range::Bytes { .. } => Step::Upload,
    };
    let caller = Caller { remote_id };
    let mut body = Some(body);
    let answer = simulator
        .pass(caller.call(step), async |_| match range {
            Range::Bytes { first, last, .. } if session.video.is_none() => {
                let is_last = range.is_last(session.total);
                let body = body.take().unwrap_or_default();
                let chunk = receive(body, &session, (first, last), is_last).await?;
                let now = simulator.now();
                simulator
                    .store()
                    .transaction(|transaction| store(transaction, &caller.remote_id, id, chunk, now))
            }
            _ => simulator.store().read(|state| tell(state, id, now)),
        })
        .await;
    if let Some(body) = body {
        drain(body).await;
    }
    answer
}

/// Takes in what is left of a refused chunk: a client that is still sending when the connection closes does not hear
/// the refusal.
async fn drain(body: Body) {
    let mut stream = body.into_data_stream();
    while let Some(Ok(_)) = stream.next().await {}
}

/// Takes the bytes in, without keeping them. Nothing counts before the whole chunk is there.
async fn receive(
    body: Body,
    session: &Session,
    (first, last): (u64, u64),
    is_last: bool,
) -> Result<Chunk, crate::core::answer::Refusal> {
    let announced = last - first + 1;
    if first != session.received {
        return Err(incomplete(session.received).into());
    }
    if !is_last && announced % CHUNK_UNIT != 0 {
        let words = "Invalid request. The number of bytes uploaded is required to be a multiple of 262144.";
        return Err(errors::bad_request("badRequest", words).into());
    }
    let (mut hash, mut length) = (session.hash.clone(), 0_u64);
    let mut stream = body.into_data_stream();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| errors::bad_request("badRequest", "The body broke off."))?;
        length += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        hash.update(&bytes);
    }
    if length != announced {
        return Err(errors::bad_request("badRequest", "The body is not as long as its range.").into());
    }
    Ok(Chunk { first, length, hash, is_last })
}

fn store(
    transaction: &mut Transaction<'_>,
    remote_id: &str,
    id: &str,
    chunk: Chunk,
    now: Timestamp,
) -> Outcome {
    let gone = || errors::not_found("notFound", "Upload session not found.");
    let (_, mut session) = Session::of(transaction.state, id, now).ok_or_else(gone)?;
    if session.video.is_some() {
        return tell(transaction.state, id, now);
    }
    // Another request was faster with the same bytes.
    if session.received != chunk.first {
        return Err(incomplete(session.received).into());
    }
    session.received += chunk.length;
    session.hash = chunk.hash;
    if !chunk.is_last {
        session.store(transaction, remote_id, id, now);
        transaction.effective(Platform::Youtube, remote_id, Step::Upload);
        return Ok(incomplete(session.received));
    }
    let number = transaction.next_number();
    let hash = sha256_base64url(&format!("video:{number}:{id}"));
    let video = Post {
        id: hash.get(..11).unwrap_or_default().to_owned(),
        platform: Platform::Youtube,
        remote_id: remote_id.to_owned(),
        title: Some(session.title.clone()),
        text: session.description.clone(),
        media: vec![MediaSummary {
            mime_type: session.media_type.clone(),
            bytes: session.received,
            sha256: session.hash.hexadecimal(),
        }],
        created_at: now,
        deleted_at: None,
        detail: json!({ "snippet": session.snippet, "status": session.status }),
    };
    session.video = Some(video.id.clone());
    session.store(transaction, remote_id, id, now);
    transaction.effective(Platform::Youtube, remote_id, Step::Publish);
    let shown = transaction
        .state
        .account(Platform::Youtube, remote_id)
        .map(|account| videos::uploaded(&video, account, now))
        .ok_or_else(gone)?;
    transaction.put(Record::Post(video));
    Ok(shown)
}

/// How far the upload is; a complete one answers with its video, again and again.
fn tell(state: &State, id: &str, now: Timestamp) -> Outcome {
    let gone = || errors::not_found("notFound", "Upload session not found.");
    let (remote_id, session) = Session::of(state, id, now).ok_or_else(gone)?;
    let Some(video) = &session.video else { return Ok(incomplete(session.received)) };
    let video = state.post(Platform::Youtube, video).ok_or_else(gone)?;
    let account = state.account(Platform::Youtube, &remote_id).ok_or_else(gone)?;
    Ok(videos::uploaded(video, account, now))
}

/// 308 Resume Incomplete; no `Range` before the first byte is stored.
fn incomplete(received: u64) -> Response {
    let response = StatusCode::PERMANENT_REDIRECT.into_response();
    match received.checked_sub(1) {
        Some(last) => with_header(response, "range", &format!("bytes=0-{last}")),
        None => response,
    }
}
