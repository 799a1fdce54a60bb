//! POST /2/media/upload/:id/append: one segment, as a multipart form or as JSON with base64.

use super::errors;
use super::upload::{Upload, writer};
use crate::Simulator;
use crate::core::answer::json;
use crate::core::step::Step;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fanfare_domain::platform::Platform;
use serde::Deserialize;
use serde_json::{Value, json};

/// The largest segment, in bytes.
const MAX_SEGMENT_BYTES: usize = 5 << 20;
/// The last index that a segment may have.
const MAX_SEGMENT_INDEX: u16 = 999;

struct Segment {
    index: u16,
    bytes: Bytes,
}

pub async fn append(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let caller = match writer(&simulator, request.headers()) {
        Ok(caller) => caller,
        Err(refusal) => return refusal,
    };
    let segment = read(request, &simulator).await;
    let Some(segment) = segment.filter(|segment| segment.index <= MAX_SEGMENT_INDEX) else {
        return errors::invalid("segment_index", "", "segment_index (0 to 999) and media are required");
    };
    if segment.bytes.is_empty() || segment.bytes.len() > MAX_SEGMENT_BYTES {
        return errors::invalid("media", "", "a segment has to have 1 byte to 5 MB");
    }
    simulator
        .pass(caller.call(Step::Upload), async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let open = Upload::of(transaction.state, &caller.remote_id, &id, now).filter(Upload::is_open);
                let gone = || errors::invalid("id", &id, "The media id is unknown or has expired.");
                let mut upload = open.ok_or_else(gone)?;
                add(&mut upload, &segment);
                upload.update(transaction, &caller.remote_id, &id);
                transaction.effective(Platform::Twitter, &caller.remote_id, Step::Upload);
                let expires_at = now.micros() / 1_000_000 + 86_400;
                Ok(json(StatusCode::OK, &json!({ "data": { "expires_at": expires_at } })))
            })
        })
        .await
}

fn add(upload: &mut Upload, segment: &Segment) {
    let (index, count) = (usize::from(segment.index), upload.segments.len());
    let before = match index {
        _ if index == count => upload.hash.take(),
        // The newest segment once more: a client that did not hear our answer.
        _ if index + 1 == count => upload.hash_before_newest.take(),
        _ => None,
    };
    upload.hash_before_newest.clone_from(&before);
    upload.hash = before.map(|mut hash| {
        hash.update(&segment.bytes);
        hash
    });
    if segment.index == 0 {
        upload.recognised = infer::get(&segment.bytes).map(|kind| kind.mime_type().to_owned());
    }
    let bytes = u64::try_from(segment.bytes.len()).unwrap_or(u64::MAX);
    upload.segments.insert(segment.index, bytes);
}

async fn read(request: Request, simulator: &Simulator) -> Option<Segment> {
    let kind = request.headers().get(CONTENT_TYPE)?.to_str().ok()?.to_owned();
    if kind.starts_with("multipart/form-data") {
        return read_multipart(Multipart::from_request(request, simulator).await.ok()?).await;
    }
    #[derive(Deserialize)]
    struct Body {
        media: String,
        segment_index: Value,
    }
    let body: Body = serde_json::from_slice(&Bytes::from_request(request, simulator).await.ok()?).ok()?;
    let index = match &body.segment_index {
        Value::String(text) => text.parse().ok()?,
        other => u16::try_from(other.as_u64()?).ok()?,
    };
    Some(Segment { index, bytes: STANDARD.decode(body.media).ok()?.into() })
}

async fn read_multipart(mut form: Multipart) -> Option<Segment> {
    let (mut index, mut bytes) = (None, None);
    while let Some(field) = form.next_field().await.ok()? {
        match field.name() {
            Some("segment_index") => index = field.text().await.ok()?.parse().ok(),
            Some("media") => bytes = Some(field.bytes().await.ok()?),
            _ => {}
        }
    }
    Some(Segment { index: index?, bytes: bytes? })
}
