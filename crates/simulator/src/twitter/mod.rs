//! X, API v2.

mod append;
mod delete;
mod direct_messages;
mod errors;
mod links;
mod mentions;
mod metadata;
mod page;
mod profile;
mod publish;
mod request;
mod shape;
mod text;
mod timeline;
mod token;
mod upload;
mod view;

use crate::Simulator;
use crate::body_limit::bounded;
use crate::core::hashing::number_of;
use crate::core::network::{ConsentRules, Identity, Network, Pkce};
use crate::core::step::Step;
use crate::oauth::consent;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::{delete, get, post};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use std::time::Duration;

/// The largest request, in bytes: a segment of 5 MB, in base64 at worst.
const MAX_REQUEST_BYTES: usize = 8 << 20;

/// X's dialect.
pub struct X;

impl Network for X {
    fn platform(&self) -> Platform {
        Platform::Twitter
    }

    fn consent_rules(&self) -> ConsentRules {
        ConsentRules {
            pkce: Pkce::Required,
            code_lifetime: Duration::from_secs(30),
            fragment: None,
            denial: &[("error", "access_denied")],
            tells_scope: false,
        }
    }

    fn identify(&self, profile: &str) -> Identity {
        // At most 15 letters, digits and underscores, as X has them.
        let handle: String =
            profile.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(15).collect();
        let remote_id = number_of(&format!("twitter:{}", profile.to_lowercase()), 18).to_string();
        let handle = if handle.is_empty() { format!("user{}", remote_id.split_at(8).0) } else { handle };
        Identity { remote_id, handle }
    }

    fn message_id(&self, seed: &str, at: Timestamp) -> String {
        publish::snowflake(at, number_of(seed, 7))
    }

    fn routes(&'static self) -> Router<Simulator> {
        let show = move |State(simulator): State<Simulator>, RawQuery(query): RawQuery| async move {
            consent::show(&simulator, self, query.as_deref())
        };
        let submit = move |State(simulator): State<Simulator>, RawQuery(query): RawQuery, body: Bytes| async move {
            consent::submit(&simulator, self, query.as_deref(), &body)
        };
        let routes = Router::new()
            .route("/i/oauth2/authorize", get(show).post(submit))
            .route("/2/oauth2/token", post(token::trade))
            .route("/2/oauth2/revoke", post(token::revoke))
            .route("/2/users/me", get(profile::me))
            .route("/2/users/{id}/tweets", get(timeline::list))
            .route("/2/users/{id}/mentions", get(mentions::list))
            .route("/2/dm_events", get(direct_messages::list))
            .route("/2/dm_conversations/with/{id}/dm_events", get(direct_messages::with))
            .route("/2/dm_conversations/with/{id}/messages", post(direct_messages::send))
            .route("/2/media/upload", get(upload::status))
            .route("/2/media/upload/initialize", post(upload::initialize))
            .route("/2/media/upload/{id}/append", post(append::append))
            .route("/2/media/upload/{id}/finalize", post(upload::finalize))
            .route("/2/media/metadata", post(metadata::describe))
            .route("/2/tweets", get(timeline::several).post(publish::create))
            .route("/2/tweets/{id}", delete(delete::delete).get(timeline::one))
            .route("/{handle}/status/{id}", get(view::show));
        bounded(routes, MAX_REQUEST_BYTES)
    }

    fn rate_limited(&self, now: Timestamp, wait: Duration) -> Response {
        errors::too_many_requests(now.plus(wait), publish::WINDOW_LIMIT)
    }

    fn expired_token(&self) -> Response {
        errors::unauthorized()
    }

    fn rejected(&self, _step: Step) -> Response {
        errors::forbidden("You are not permitted to perform this action.")
    }

    fn server_error(&self) -> Response {
        errors::server_error()
    }
}
