//! The routes of the edge.

use super::edge::Edge;
use super::{graphql, sse, websocket};
use axum::Router;
use axum::routing::any;
use std::sync::Arc;

/// `/graphql` and its two live transports. Merge it with the server's other routes, then call
/// [`super::surround`] on the whole.
pub fn router(edge: &Arc<Edge>) -> Router {
    Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/graphql/ws", any(websocket::handle))
        .route("/graphql/stream", any(sse::handle))
        .with_state(Arc::clone(edge))
}
