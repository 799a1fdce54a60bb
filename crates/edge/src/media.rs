//! `/media/ws/<workspace>/<name>?exp=&sig=`: the files that networks pull and people look at. The signature stands for
//! the permission; no sign-in is needed.

use super::byte_range::{self, Asked};
use super::named::Named;
use super::signed_file::{self, NOTHING_RUNS, Signed};
use super::stream_body::stream_body;
use crate::rest::RestError;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::any;
use fanfare_services::Services;
use fanfare_services::media::StorageKey;
use std::io;
use std::sync::Arc;

/// A file that is stored never changes, and the URL expires.
const CACHING: &str = "private, max-age=3600, immutable";

/// `/media/ws/{workspace}/{name}`
pub fn router(services: &Arc<Services>) -> Router {
    Router::new().route("/media/ws/{workspace}/{name}", any(serve)).with_state(Arc::clone(services))
}

/// Answers GET and HEAD, with ranges and `If-None-Match`.
async fn serve(
    State(services): State<Arc<Services>>,
    Named((workspace, name)): Named<(String, String)>,
    query: Result<Query<Signed>, QueryRejection>,
    method: Method,
    headers: HeaderMap,
) -> axum::response::Response {
    if let Some(refusal) = signed_file::refuse_method(&method) {
        return refusal;
    }
    let answered = async {
        let signed = signed_file::read_signature(query);
        let key = StorageKey::from_parts(&workspace, &name).ok_or_else(nothing_here)?;
        let (exp, sig) = (signed.exp.unwrap_or(0), signed.sig.unwrap_or_default());
        if !services.media().url_opens(&key, exp, &sig) {
            let words = "The address is not signed by this server, or has ended.";
            return Err(RestError::new(StatusCode::FORBIDDEN, "FORBIDDEN", words));
        }
        file(&services, &key, &method, &headers).await
    };
    answered.await.unwrap_or_else(IntoResponse::into_response)
}

fn nothing_here() -> RestError {
    RestError::not_found("There is no such file.")
}

async fn file(
    services: &Services,
    key: &StorageKey,
    method: &Method,
    headers: &HeaderMap,
) -> Result<axum::response::Response, RestError> {
    let store = services.media().store();
    let size = store.size(key).await.map_err(unreadable)?;
    let tag = key.entity_tag();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let known = |list: &str| {
        list.split(',').any(|it| matches!(it.trim().trim_start_matches("W/"), it if it == tag || it == "*"))
    };
    if text(header::IF_NONE_MATCH).is_some_and(known) {
        return Ok(respond(key, StatusCode::NOT_MODIFIED, &[], Body::empty()));
    }
    // A range of another version would be joined to the wrong file.
    let range = text(header::RANGE).filter(|_| text(header::IF_RANGE).is_none_or(|it| it.trim() == tag));
    let (status, part) = match byte_range::read(range, size) {
        Asked::Whole => (StatusCode::OK, 0..size),
        Asked::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Asked::Unsatisfiable => {
            let outside = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok(respond(key, StatusCode::RANGE_NOT_SATISFIABLE, &outside, Body::empty()));
        }
    };
    let mut about = vec![(header::CONTENT_LENGTH, (part.end - part.start).to_string())];
    if status == StatusCode::PARTIAL_CONTENT {
        about.push((header::CONTENT_RANGE, format!("bytes {}-{}/{size}", part.start, part.end - 1)));
    }
    if method == Method::HEAD || part.is_empty() {
        return Ok(respond(key, status, &about, Body::empty()));
    }
    let stream = store.stream(key, part).await.map_err(unreadable)?;
    Ok(respond(key, status, &about, stream_body(stream.chunks)))
}

fn respond(
    key: &StorageKey,
    status: StatusCode,
    about: &[(HeaderName, String)],
    body: Body,
) -> axum::response::Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, key.file_type.mime_type()),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CACHE_CONTROL, CACHING),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::CONTENT_SECURITY_POLICY, NOTHING_RUNS),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let tag = (header::ETAG, key.entity_tag());
    for (name, value) in about.iter().chain([&tag]) {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}

fn unreadable(error: io::Error) -> RestError {
    if error.kind() == io::ErrorKind::NotFound {
        return nothing_here();
    }
    tracing::error!(%error, "media file not readable");
    RestError::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The file cannot be read now.")
}
