//! How large a request may be.

use super::Simulator;
use axum::Router;
use axum::body::HttpBody as _;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};

/// The largest body where a platform needs no more, in bytes.
pub const BODY_BYTES: usize = 2 << 20;

/// Refuses bodies above `limit` bytes on these routes with 413: before a byte is read where the length is declared,
/// otherwise once that much has arrived.
pub fn bounded(routes: Router<Simulator>, limit: usize) -> Router<Simulator> {
    let declared = u64::try_from(limit).unwrap_or(u64::MAX);
    routes.layer(DefaultBodyLimit::max(limit)).layer(from_fn_with_state(declared, refuse_declared))
}

async fn refuse_declared(State(limit): State<u64>, request: Request, next: Next) -> Response {
    if request.body().size_hint().lower() > limit {
        let message = format!("The body is too large: the limit is {limit} bytes.\n");
        return (StatusCode::PAYLOAD_TOO_LARGE, message).into_response();
    }
    next.run(request).await
}
