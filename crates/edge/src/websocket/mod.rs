//! `/graphql/ws`: the `graphql-transport-ws` protocol (PROTOCOL.md of the graphql-ws project).
//!
//! One task a connection drives the socket, its subscriptions and its timers; small buffers and one bounded outbox
//! keep an idle connection below 20 kB.

mod close;
mod credentials;
mod message;
mod operations;
mod origin;
mod outbox;
mod session;

use super::edge::Edge;
use super::gateway::RequestScope;
use super::live::LivePlace;
use super::problem::Problem;
use super::refusal::refuse_json;
use super::request_id::request_id;
use axum::extract::ws::WebSocket;
use axum::extract::{FromRequestParts, Request, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use session::Session;
use std::future::ready;
use std::sync::Arc;
use tracing::Instrument;

/// The subprotocol's name.
const PROTOCOL: &str = "graphql-transport-ws";
/// Buffers of one connection, in bytes; the library's defaults are 128 KiB each. A larger message is read and written
/// whole all the same. Their room is held as long as the connection is, though most clients say one short thing, and a
/// burst of events that fills the second is soon over.
const READ_BYTES: usize = 512;
const WRITE_BYTES: usize = 1024;

/// Upgrades the connection, or says in HTTP why not.
pub async fn handle(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let id = request_id(&parts);
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let (scope, place) = match admit(&edge, &parts).await {
        Ok(admitted) => admitted,
        Err(problem) => return refuse_json(&problem, &id),
    };
    let task = edge.tasks.token();
    // What is longer than this, or not yet whole, is never held; `connection_init` comes too late to say who sends it.
    let longest = edge.body_limit(&scope).min(edge.options.socket_message_bytes);
    let session = Box::new(Session::new(edge, scope, place));
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(WRITE_BYTES)
        .max_message_size(longest)
        .max_frame_size(longest)
        .on_upgrade(move |socket| {
            // Boxed, both: a future holds what is moved into it once more for each future that it is moved through.
            let socket = Box::new(socket);
            // In a task of its own: the library's holds room for the upgrade as long as it lasts.
            tokio::spawn(async move {
                let span = session.span();
                serve(session, socket).instrument(span).await;
                drop(task);
            });
            ready(())
        })
}

async fn admit(edge: &Edge, parts: &Parts) -> Result<(RequestScope, LivePlace), Problem> {
    if !origin::is_allowed(&parts.headers, &edge.options.allowed_origins) {
        let message = "This origin may not open a WebSocket";
        return Err(Problem::new(StatusCode::FORBIDDEN, "FORBIDDEN", message));
    }
    let scope = edge.scope(parts).await?;
    // A connection lasts as long as its token: one that is not accepted opens none.
    if scope.refused.is_some() {
        return Err(scope.unauthenticated());
    }
    let place = edge.live.of_address(scope.client)?;
    Ok((scope, place))
}

async fn serve(session: Box<Session>, socket: Box<WebSocket>) {
    if socket.protocol().is_some() {
        session.run(socket).await;
    } else {
        session.refuse(socket, close::SUBPROTOCOL_NOT_ACCEPTABLE).await;
    }
}
