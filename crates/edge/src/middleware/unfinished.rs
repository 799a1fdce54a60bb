//! What is answered where the rest of a body was not read.

use super::super::problem::Problem;
use super::super::refusal::refuse_json;
use super::super::request_body::BodyWatch;
use super::super::request_id::RequestId;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Says what was wrong with a body where the handler only knows that it could not be read, as a library's extractor
/// does.
pub async fn tell(request: Request, next: Next) -> Response {
    let Some(watch) = request.extensions().get::<Arc<BodyWatch>>().cloned() else {
        return next.run(request).await;
    };
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let response = next.run(request).await;
    match watch.fault().map(Problem::from) {
        Some(problem) if response.status() == StatusCode::BAD_REQUEST => refuse_json(&problem, &id),
        _ => response,
    }
}
