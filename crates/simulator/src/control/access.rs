//! Who may control the simulator.

use crate::Simulator;
use crate::oauth::token::bearer;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use subtle::ConstantTimeEq;

/// Headers that a reverse proxy adds: its own address says nothing about who is behind it.
const PROXY_HEADERS: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];

/// Lets loopback peers pass, and whoever shows the token.
pub async fn guard(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    if is_local(&request) || shows_token(&simulator, &request) {
        return next.run(request).await;
    }
    let words = "The simulator is controlled from this machine, or with FANFARE_SIMULATOR_TOKEN.\n";
    (StatusCode::FORBIDDEN, words).into_response()
}

fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let proxied = PROXY_HEADERS.iter().any(|name| request.headers().contains_key(*name));
    !proxied && peer.is_some_and(|ConnectInfo(address)| address.ip().to_canonical().is_loopback())
}

fn shows_token(simulator: &Simulator, request: &Request) -> bool {
    let (Some(token), Some(shown)) = (simulator.0.token.as_deref(), bearer(request.headers())) else {
        return false;
    };
    !token.is_empty() && token.as_bytes().ct_eq(shown.as_bytes()).into()
}
