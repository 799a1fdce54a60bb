//! Which web pages of other origins may call.

use axum::http::{HeaderName, HeaderValue, Method, header};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Tokens travel in a header and never in a cookie, so credentials are not allowed.
pub fn layer(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let name = HeaderName::from_static;
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            name("x-api-key"),
            name("x-request-id"),
            name("x-requested-with"),
            name("x-fanfare-min-seq"),
            name("graphql-preflight"),
            name("apollo-require-preflight"),
            name("idempotency-key"),
            name("x-workspace-id"),
        ])
        .expose_headers([
            header::RETRY_AFTER,
            header::ETAG,
            name("x-request-id"),
            name("x-fanfare-seq"),
            name("idempotency-replayed"),
        ])
        .max_age(Duration::from_hours(1))
}
