//! What a server still answers while it stops. Publications that are under way end first: their networks pull media
//! from here, and simulated networks are asked by them.

use super::super::edge::Edge;
use crate::rest::RestError;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// In seconds: another instance, or this one after its restart, answers then.
const RETRY_AFTER: u64 = 2;

/// Refuses everything but that as soon as the server is to stop.
pub async fn refuse(State(edge): State<Arc<Edge>>, request: Request, next: Next) -> Response {
    if !edge.shutdown.is_cancelled() || is_needed(request.uri().path()) {
        return next.run(request).await;
    }
    let words = "The server is stopping; send the request again.";
    let refusal = RestError::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", words);
    let mut response = refusal.retry_after(Some(RETRY_AFTER)).into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn is_needed(path: &str) -> bool {
    ["/media/", "/simulator/", "/health", "/metrics"].iter().any(|needed| path.starts_with(needed))
}

#[cfg(test)]
mod tests {
    use super::is_needed;

    #[test]
    fn media_are_needed_to_the_end_and_work_is_not_begun() {
        assert!(is_needed("/media/ws/1/a.jpg") && is_needed("/simulator/instagram/v23.0/1/media"));
        assert!(!is_needed("/graphql") && !is_needed("/ready") && !is_needed("/api/media"));
    }
}
