//! Who sends a request, and from where.

use super::edge::Edge;
use super::forwarded;
use super::gateway::{AuthFailure, RequestScope};
use super::problem::Problem;
use super::request_id::request_id;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use fanfare_domain::actor::Actor;
use fanfare_domain::language::Language;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::seq_recorder::SeqRecorder;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// For clients that cannot set `Authorization`.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The bearer token of an `Authorization` value. `None` where it holds none, as clients send it that have no token; an
/// error where it is of another scheme.
pub fn bearer(value: &str) -> Result<Option<&str>, AuthFailure> {
    let value = value.trim();
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !value.is_empty() && !scheme.eq_ignore_ascii_case("bearer") {
        return Err(AuthFailure::Invalid);
    }
    Ok(Some(token.trim()).filter(|token| !token.is_empty()))
}

/// The bearer token or API key of a request, if it has one. `Authorization` goes before `X-API-Key`.
fn token(headers: &HeaderMap) -> Result<Option<&str>, AuthFailure> {
    let text = |name: HeaderName| {
        let value = headers.get(name).map(|value| value.to_str().map_err(|_| AuthFailure::Invalid));
        value.transpose()
    };
    if let Some(value) = text(header::AUTHORIZATION)?
        && let Some(token) = bearer(value)?
    {
        return Ok(Some(token));
    }
    Ok(text(API_KEY)?.map(str::trim).filter(|key| !key.is_empty()))
}

/// The language that the sender prefers, of those that the server speaks.
fn language(headers: &HeaderMap) -> Language {
    let accepted = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    Language::accepted(&accepted.collect::<Vec<_>>().join(","))
}

impl RequestScope {
    /// Who asks.
    ///
    /// # Errors
    /// 401 where nobody is signed in.
    pub fn actor(&self) -> Result<&Actor, Problem> {
        self.actor.as_ref().ok_or_else(|| self.unauthenticated())
    }

    /// 401: what is wrong with the token that came along, or that there is none.
    pub fn unauthenticated(&self) -> Problem {
        match self.refused {
            Some(failure) => failure.into(),
            None => Problem::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "Sign in first."),
        }
    }
}

impl Edge {
    /// Authenticates a request and gathers what is known of its sender. A token that is not accepted is no error yet:
    /// what needs no session runs all the same, so that a client can sign in again.
    pub async fn scope(&self, parts: &Parts) -> Result<RequestScope, Problem> {
        let authenticated = match token(&parts.headers) {
            Ok(token) => self.gateway.authenticate(token).await,
            Err(failure) => Err(failure),
        };
        let (actor, refused) = match authenticated {
            Ok(actor) => (actor, None),
            Err(AuthFailure::Unavailable) => return Err(AuthFailure::Unavailable.into()),
            Err(failure) => (None, Some(failure)),
        };
        let min_seq = parts.headers.get("x-fanfare-min-seq").and_then(|v| v.to_str().ok()?.parse().ok());
        let client = self.client(parts);
        Ok(RequestScope {
            actor: actor.map(|actor| actor.at(client)),
            refused,
            request_id: request_id(parts),
            client,
            seq: SeqRecorder::default(),
            replayed: ReplayMark::default(),
            language: language(&parts.headers),
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn found(headers: &[(&'static str, &'static str)]) -> Result<Option<String>, AuthFailure> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        token(&headers).map(|token| token.map(str::to_owned))
    }

    #[test]
    fn the_language_is_the_preferred_one_of_all_lines_of_the_header() {
        let mut headers = HeaderMap::new();
        assert_eq!(language(&headers), Language::English);
        headers.append("accept-language", HeaderValue::from_static("de, en;q=0.5"));
        headers.append("accept-language", HeaderValue::from_static("ko;q=0.8"));
        assert_eq!(language(&headers), Language::Korean);
    }

    #[test]
    fn empty_credentials_are_none_and_another_scheme_is_refused() {
        for empty in ["", " ", "Bearer", "Bearer ", "bearer   "] {
            assert_eq!(found(&[("authorization", empty)]), Ok(None), "{empty:?}");
            let key = [("authorization", empty), ("x-api-key", " key ")];
            assert_eq!(found(&key), Ok(Some("key".to_owned())), "{empty:?}");
        }
        assert_eq!(found(&[("x-api-key", "")]), Ok(None));
        assert_eq!(found(&[("authorization", "bearer  token ")]), Ok(Some("token".to_owned())));
        for other in ["Basic eDp5", "token", "Bearertoken"] {
            assert_eq!(found(&[("authorization", other)]), Err(AuthFailure::Invalid), "{other}");
        }
    }
}
