//! Who sends a request, and from where.

use super::edge::Edge;
use super::forwarded;
use super::gateway::{AuthFailure, RequestScope};
use super::problem::Problem;
use super::request_id::request_id;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::seq_recorder::SeqRecorder;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// For clients that cannot set `Authorization`.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The bearer token of an `Authorization` value; an error where it is there and is no bearer token.
pub fn bearer(value: &str) -> Result<&str, AuthFailure> {
    let (scheme, token) = value.trim().split_once(' ').ok_or(AuthFailure::Invalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(AuthFailure::Invalid);
    }
    Ok(token.trim())
}

/// The bearer token or API key of a request, if it has one. `Authorization` goes before `X-API-Key`.
fn token(headers: &HeaderMap) -> Result<Option<&str>, AuthFailure> {
    let text = |name: HeaderName| {
        let value = headers.get(name).map(|value| value.to_str().map_err(|_| AuthFailure::Invalid));
        value.transpose()
    };
    if let Some(value) = text(header::AUTHORIZATION)? {
        return bearer(value).map(Some);
    }
    match text(API_KEY)?.map(str::trim) {
        Some("") => Err(AuthFailure::Invalid),
        key => Ok(key),
    }
}

impl Edge {
    /// Authenticates a request and gathers what is known of its sender.
    pub async fn scope(&self, parts: &Parts) -> Result<RequestScope, Problem> {
        let actor = self.gateway.authenticate(token(&parts.headers)?).await?;
        let min_seq = parts.headers.get("x-fanfare-min-seq").and_then(|v| v.to_str().ok()?.parse().ok());
        let client = self.client(parts);
        Ok(RequestScope {
            actor: actor.map(|actor| actor.at(client)),
            request_id: request_id(parts),
            client,
            seq: SeqRecorder::default(),
            replayed: ReplayMark::default(),
            min_seq,
        })
    }

    /// The address of the client: the peer's, or what a trusted proxy says.
    pub fn client(&self, parts: &Parts) -> IpAddr {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
        forwarded::client(&parts.headers, self.options.proxy_header, peer, &self.options.trusted_proxies)
    }
}
