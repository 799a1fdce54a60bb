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
            // What GraphQL clients say of themselves, and what tracing in a browser adds.
            name("apollographql-client-name"),
            name("apollographql-client-version"),
            name("x-apollo-operation-name"),
            name("traceparent"),
            name("tracestate"),
            name("baggage"),
            name("sentry-trace"),
        ])
        .expose_headers([
            header::RETRY_AFTER,
            header::ETAG,
            name("x-request-id"),
            name("x-fanfare-seq"),
            name("idempotency-replayed"),
            name("ratelimit-limit"),
            name("ratelimit-remaining"),
            name("ratelimit-reset"),
        ])
        .max_age(Duration::from_hours(1))
}
