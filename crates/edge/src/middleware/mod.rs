//! What surrounds every route.

mod cors;
mod entity_tags;
mod linger;
mod observe;
mod panics;
mod request_id;
mod security_headers;
mod stopping;
mod unfinished;

use super::edge::Edge;
use super::unknown;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use std::sync::Arc;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

/// Puts the middleware around `router`, the outermost last.
///
/// Apply it once, to the router of the whole server: a route's label in metrics is its pattern, and routes that are
/// added later go without.
pub fn surround(router: Router, edge: &Arc<Edge>) -> Router {
    // Videos are compressed already, and whoever plays one wants its length and its ranges.
    let compressible = DefaultPredicate::new().and(NotForContentType::const_new("video/"));
    router
        .method_not_allowed_fallback(unknown::method)
        .layer(map_response(entity_tags::note))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(from_fn(entity_tags::weaken))
        .layer(from_fn(unfinished::tell))
        .layer(from_fn_with_state(Arc::clone(edge), stopping::refuse))
        .layer(from_fn(panics::catch))
        .layer(from_fn_with_state(Arc::clone(edge), security_headers::add))
        .layer(cors::layer(&edge.options.allowed_origins))
        .layer(from_fn(observe::observe))
        .layer(from_fn(request_id::assign))
        .layer(from_fn(linger::linger))
}
