//! Who may control the simulator.

use crate::Simulator;
use crate::oauth::token::bearer;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use fanfare_net::is_loopback;
use std::net::SocketAddr;
use subtle::ConstantTimeEq;
use url::Url;

/// Headers that a reverse proxy adds: its own address says nothing about who is behind it.
const PROXY_HEADERS: [&str; 9] = [
    "cf-connecting-ip",
    "forwarded",
    "true-client-ip",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-original-forwarded-for",
    "x-real-ip",
];

/// Lets loopback peers pass, and whoever shows the token.
pub async fn guard(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let local = !simulator.0.control_by_token && is_local(&request);
    if local || shows_token(&simulator, &request) {
        return next.run(request).await;
    }
    let words = if simulator.0.control_by_token {
        "The simulator is controlled with FANFARE_SIMULATOR_TOKEN.\n"
    } else {
        "The simulator is controlled from this machine, or with FANFARE_SIMULATOR_TOKEN.\n"
    };
    (StatusCode::FORBIDDEN, words).into_response()
}

/// A proxy may add no header at all: then the name that the caller used gives it away.
fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let proxied = PROXY_HEADERS.iter().any(|name| request.headers().contains_key(*name));
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| Url::parse(&format!("http://{}/", host.to_str().ok()?)).ok());
    !proxied
        && host.is_some_and(|url| is_loopback(&url))
        && peer.is_some_and(|ConnectInfo(address)| address.ip().to_canonical().is_loopback())
}

fn shows_token(simulator: &Simulator, request: &Request) -> bool {
    let (Some(token), Some(shown)) = (simulator.0.token.as_deref(), bearer(request.headers())) else {
        return false;
    };
    !token.is_empty() && token.as_bytes().ct_eq(shown.as_bytes()).into()
}
