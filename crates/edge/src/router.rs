//! The routes of the edge.

use super::edge::Edge;
use super::either_end::{either_end, without_slash};
use super::{graphql, rest, sse, websocket};
use axum::Router;
use axum::routing::any;
use std::sync::Arc;

/// `/graphql` with its two live transports, and the REST routes. Merge it with the server's other routes, then call
/// [`super::surround`] on the whole.
pub fn router(edge: &Arc<Edge>) -> Router {
    let router = Router::new()
        .route("/graphql", any(graphql::handle))
        // Programs do not all follow a redirect of a POST.
        .route("/graphql/", any(graphql::handle).get(without_slash));
    let live = either_end(router, "/graphql/ws", any(websocket::handle));
    either_end(live, "/graphql/stream", any(sse::handle))
        .with_state(Arc::clone(edge))
        .merge(rest::http::router(edge))
}
