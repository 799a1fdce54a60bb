//! What is answered where there is nothing, or not by this method: words for programs.

use super::rest::RestError;
use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

/// The answer of every path without a route, for a server without pages.
pub fn router() -> Router {
    Router::new().fallback(in_json)
}

async fn in_json(uri: Uri) -> Response {
    not_found(uri.path())
}

/// 405. The router adds `Allow`.
pub async fn method() -> Response {
    let words = "This path does not take the method; Allow names those that it takes.";
    RestError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", words).into_response()
}

/// 404 in JSON, with what is there instead.
pub fn not_found(path: &str) -> Response {
    let words = if is_below_api(path) {
        "There is no such route. /api/openapi.json describes those of the REST API; GraphQL is at /graphql."
    } else {
        "There is nothing at this path. The web app is at /, GraphQL at /graphql, the REST API below /api/sns."
    };
    RestError::not_found(words).into_response()
}

/// Whether only programs look for something at a path.
pub fn is_below_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}
