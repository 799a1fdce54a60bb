//! What is answered where there is nothing, or not by this method: words for programs, a page for browsers.

use super::assets;
use super::media_type::accepts;
use super::rest::RestError;
use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

/// The answer of every path without a route, for a server without pages.
pub fn router() -> Router {
    Router::new().fallback(in_json)
}

async fn in_json(uri: Uri) -> Response {
    not_found(uri.path())
}

/// For a server with pages: a browser that looks for one gets the web app's page about it. Below `/api` nobody does.
pub async fn by_accept(request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let below_api = path == "/api" || path.starts_with("/api/");
    let looks = matches!(*method, Method::GET | Method::HEAD) && accepts(request.headers(), "text/html");
    let page = if looks && !below_api { assets::not_found_page(request.headers()) } else { None };
    page.unwrap_or_else(|| not_found(path))
}

/// 405. The router adds `Allow`.
pub async fn method() -> Response {
    let words = "This path does not take the method; Allow names those that it takes.";
    RestError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", words).into_response()
}

/// 404 in JSON, with what is there instead.
pub fn not_found(path: &str) -> Response {
    let words = if path == "/api" || path.starts_with("/api/") {
        "There is no such route. /api/openapi.json describes those of the REST API; GraphQL is at /graphql."
    } else {
        "There is nothing at this path. The web app is at /, GraphQL at /graphql, the REST API below /api/sns."
    };
    RestError::not_found(words).into_response()
}
