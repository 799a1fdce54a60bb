//! Instagram, API with Instagram login.

mod comments;
mod container;
mod conversations;
mod create;
mod errors;
mod graph;
mod insights;
mod media;
mod profile;
mod publish;
mod pull;
mod request;
mod text;
mod token;

use crate::body_limit::{BODY_BYTES, bounded};
use crate::core::hashing::number_of;
use crate::core::network::{ConsentRules, Identity, Network, Pkce};
use crate::core::step::Step;
use crate::oauth::consent;
use crate::{Simulator, view};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{any, get, post};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use std::time::Duration;

/// Instagram's dialect.
pub struct Instagram;

impl Network for Instagram {
    fn platform(&self) -> Platform {
        Platform::Instagram
    }

    fn consent_rules(&self) -> ConsentRules {
        ConsentRules {
            pkce: Pkce::Unknown,
            code_lifetime: Duration::from_hours(1),
            // Instagram really appends `#_` to its redirects.
            fragment: Some("_"),
            denial: &[
                ("error", "access_denied"),
                ("error_reason", "user_denied"),
                ("error_description", "The user denied your request."),
            ],
            tells_scope: false,
        }
    }

    fn identify(&self, profile: &str) -> Identity {
        let name = profile.to_lowercase();
        let kept: String = name
            .chars()
            .map(|c| if c == ' ' { '_' } else { c })
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
            .take(30)
            .collect();
        let number = number_of(&format!("instagram:{name}"), 11);
        let handle = if kept.is_empty() { format!("user{number}") } else { kept };
        Identity { remote_id: format!("178414{number}"), handle }
    }

    fn message_id(&self, seed: &str, _at: Timestamp) -> String {
        format!("179{}", number_of(seed, 14))
    }

    fn routes(&'static self) -> Router<Simulator> {
        let show = move |State(simulator): State<Simulator>, RawQuery(query): RawQuery| async move {
            consent::show(&simulator, self, query.as_deref())
        };
        let submit = move |State(simulator): State<Simulator>, RawQuery(query): RawQuery, body: Bytes| async move {
            consent::submit(&simulator, self, query.as_deref(), &body)
        };
        let page = |State(simulator): State<Simulator>, Path(shortcode): Path<String>| async move {
            let id = simulator.store().read(|state| media::id_of(state, &shortcode));
            view::show(&simulator, Platform::Instagram, &id.unwrap_or_default())
        };
        let routes = Router::new()
            .route("/oauth/authorize", get(show).post(submit))
            .route("/oauth/access_token", post(token::exchange_code))
            .route("/access_token", get(token::exchange_short_lived))
            .route("/refresh_access_token", get(token::refresh))
            .route("/p/{shortcode}/", get(page))
            .route("/{*path}", any(graph::dispatch));
        bounded(routes, BODY_BYTES)
    }

    fn rate_limited(&self, _now: Timestamp, wait: Duration) -> Response {
        errors::too_many_calls(wait)
    }

    fn expired_token(&self) -> Response {
        errors::expired_token()
    }

    fn rejected(&self, _step: Step) -> Response {
        errors::refusal(
            368,
            2_207_051,
            "We restrict certain activity to protect our community.",
            "Action blocked",
        )
    }

    fn server_error(&self) -> Response {
        errors::server_error()
    }
}
