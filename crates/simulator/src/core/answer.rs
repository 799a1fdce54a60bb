//! Answers, right ones and broken ones.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt as _};
use serde_json::Value;
use std::io;
use std::time::Duration;

/// A network's refusal, as it goes out. Boxed: it is the rare case of many results.
#[derive(Debug)]
pub struct Refusal(Box<Response>);

impl From<Response> for Refusal {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        tracing::error!(%error, "the simulator's state could not be written");
        Self::from(StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// What a call comes to.
pub type Outcome = Result<Response, Refusal>;

pub fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    response
}

/// Adds a header; a value that cannot be one is left out.
pub fn with_header(mut response: Response, name: &'static str, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Closes the connection without an answer: the body fails before the head is flushed, and the server has nothing
/// left but to drop the connection.
pub fn reset() -> Response {
    let broken = stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
    Response::new(stream_body(broken))
}

/// 200 with JSON that stops in the middle.
pub fn malformed_json() -> Response {
    let mut response = Response::new(Body::from("{\"data\": {\"id\": \"17"));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// 200 with a page where an API's answer was due.
pub fn page_of_a_proxy() -> Response {
    axum::response::Html(
        "<!doctype html><html><head><title>Please wait</title></head><body>Checking your browser.</body></html>",
    )
    .into_response()
}

/// The same answer, in drops spread over `time`.
pub async fn drip(response: Response, time: Duration) -> Response {
    const DROPS: u32 = 16;
    const MAX_BODY_BYTES: usize = 8 << 20;
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY_BYTES).await else { return reset() };
    let size = bytes.len().div_ceil(DROPS as usize).max(1);
    let pause = time / DROPS;
    let drops = stream::unfold(bytes, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let drop = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, io::Error>(drop), rest))
    });
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, stream_body(drops))
}

/// A body made of `stream`. Inside the server answers are compressed, and compression polls a body once more after its
/// end, where an `unfold` panics; a fused stream says again that it has ended.
#[expect(clippy::disallowed_methods, reason = "the one place where a body is made of a stream, fused")]
fn stream_body(stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Body {
    Body::from_stream(stream.fuse())
}
