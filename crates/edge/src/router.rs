//! The routes of the edge.

use super::edge::Edge;
use super::{graphql, rest, sse, websocket};
use axum::Router;
use axum::routing::any;
use std::sync::Arc;

/// `/graphql` with its two live transports, and the REST routes. Merge it with the server's other routes, then call
/// [`super::surround`] on the whole.
pub fn router(edge: &Arc<Edge>) -> Router {
    Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/graphql/ws", any(websocket::handle))
        .route("/graphql/stream", any(sse::handle))
        .with_state(Arc::clone(edge))
        .merge(rest::http::router(edge))
}
