//! A panic in a handler is answered, not a closed connection.

use super::super::problem::Problem;
use super::super::refusal::refuse_json;
use super::super::request_id::RequestId;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;

/// Answers 500 `INTERNAL` where the handler panics.
pub async fn catch(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    answered.unwrap_or_else(|_panic| {
        tracing::error!(request_id = &*id, "a handler panicked");
        refuse_json(&Problem::internal(), &id)
    })
}
