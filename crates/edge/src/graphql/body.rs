//! Reads the body of a POST.

use super::super::edge::Edge;
use super::super::gateway::RequestScope;
use super::super::parameters::Batch;
use super::super::problem::Problem;
use super::super::request_body::BodyFault;
use super::multipart;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body as HttpBody;

/// A page of another site can make a browser send a form with files; it cannot add one of these headers without
/// asking first (a CORS preflight).
const PREFLIGHT_HEADERS: [&str; 4] =
    ["authorization", "graphql-preflight", "apollo-require-preflight", "x-requested-with"];

/// What a body is.
pub enum Kind {
    Json,
    Multipart { boundary: String },
}

/// Tells a body's kind, or refuses it: a browser sends `text/plain`, forms and bodies without a type without asking.
pub fn kind(headers: &HeaderMap) -> Result<Kind, Problem> {
    let unsupported =
        |message: &str| Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_USER_INPUT", message));
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return unsupported("A compressed body is not accepted");
    }
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = content_type.unwrap_or_default().split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let mut parameters = parts.filter_map(|part| part.split_once('='));
    match media.as_str() {
        "application/json" => {
            let charset = parameters.find(|(name, _)| name.eq_ignore_ascii_case("charset"));
            if charset.is_some_and(|(_, value)| !value.trim_matches('"').eq_ignore_ascii_case("utf-8")) {
                return unsupported("The charset must be utf-8");
            }
            Ok(Kind::Json)
        }
        "multipart/form-data" => {
            let named = |name: &str| headers.get(name).is_some_and(|value| !value.is_empty());
            if !PREFLIGHT_HEADERS.iter().any(|name| named(name)) {
                let message = "A multipart request needs a GraphQL-Preflight header";
                return Err(Problem::new(StatusCode::FORBIDDEN, "FORBIDDEN", message));
            }
            let boundary = parameters.find(|(name, _)| name.eq_ignore_ascii_case("boundary"));
            let Some((_, boundary)) = boundary else {
                return Err(Problem::bad_request("The multipart body has no boundary"));
            };
            Ok(Kind::Multipart { boundary: boundary.trim_matches('"').to_owned() })
        }
        _ => unsupported("Content-Type must be application/json or multipart/form-data"),
    }
}

/// Refuses every body but JSON.
pub fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    match kind(headers)? {
        Kind::Json => Ok(()),
        Kind::Multipart { .. } => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "BAD_USER_INPUT",
            "Content-Type must be application/json",
        )),
    }
}

/// Reads the requests out of a body.
pub async fn read(
    edge: &Edge,
    kind: &Kind,
    parts: &Parts,
    body: Body,
    scope: &RequestScope,
) -> Result<Batch, Problem> {
    match kind {
        Kind::Json => {
            let bytes = read_body(edge, body, scope).await?;
            Batch::from_json(&bytes, edge.options.batch)
        }
        Kind::Multipart { boundary } => multipart::read(edge, boundary, parts, body, scope).await,
    }
}

/// Refuses a body whose declared length is above `limit` before any of it is read.
pub fn require_length(what: &str, body: &Body, limit: u64) -> Result<(), Problem> {
    if body.size_hint().lower() > limit { Err(Problem::too_large(what, limit)) } else { Ok(()) }
}

/// Reads a whole body, as long as this caller's may be. A token that is not accepted is told before a length that only
/// a valid one allows.
pub async fn read_body(edge: &Edge, body: Body, scope: &RequestScope) -> Result<Bytes, Problem> {
    match read_json(body, edge.body_limit(scope)).await {
        Err(problem) if problem.status == StatusCode::PAYLOAD_TOO_LARGE && scope.refused.is_some() => {
            Err(scope.unauthenticated())
        }
        read => read,
    }
}

/// Reads a whole body of at most `limit` bytes.
pub async fn read_json(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let too_large = u64::try_from(limit).unwrap_or(u64::MAX);
    require_length("The body", &body, too_large)?;
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::too_large("The body", too_large)),
        Err(error) => match BodyFault::behind(&*error) {
            Some(fault) => Err(fault.into()),
            None => Err(Problem::bad_request("The body could not be read")),
        },
    }
}
