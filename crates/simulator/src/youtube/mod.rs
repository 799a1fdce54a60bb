//! YouTube, Data API v3, and Google's OAuth.

mod channel;
mod comments;
mod errors;
mod listing;
mod request;
mod resume;
mod session;
mod text;
mod token;
mod videos;

use crate::body_limit::{BODY_BYTES, bounded};
use crate::core::hashing::sha256_base64url;
use crate::core::network::{ConsentRules, Identity, Network, Pkce};
use crate::core::step::Step;
use crate::oauth::consent;
use crate::oauth::form::Form;
use crate::{Simulator, view};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post, put};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use std::time::Duration;

/// YouTube's dialect.
pub struct YouTube;

impl Network for YouTube {
    fn platform(&self) -> Platform {
        Platform::Youtube
    }

    fn consent_rules(&self) -> ConsentRules {
        ConsentRules {
            pkce: Pkce::Optional,
            code_lifetime: Duration::from_mins(10),
            fragment: None,
            denial: &[("error", "access_denied")],
            tells_scope: true,
        }
    }

    fn identify(&self, profile: &str) -> Identity {
        let name = profile.to_lowercase();
        let hash = sha256_base64url(&format!("youtube:{name}"));
        let kept: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(30).collect();
        let handle = if kept.is_empty() {
            format!("user-{}", hash.get(..6).unwrap_or_default().to_lowercase())
        } else {
            kept
        };
        Identity { remote_id: format!("UC{}", hash.get(..22).unwrap_or_default()), handle }
    }

    fn message_id(&self, seed: &str, _at: Timestamp) -> String {
        format!("Ug{}", sha256_base64url(seed).get(..24).unwrap_or_default())
    }

    fn routes(&'static self) -> Router<Simulator> {
        let show = move |State(simulator): State<Simulator>, RawQuery(query): RawQuery| async move {
            consent::show(&simulator, self, query.as_deref())
        };
        let submit = move |State(simulator): State<Simulator>, RawQuery(query): RawQuery, body: Bytes| async move {
            consent::submit(&simulator, self, query.as_deref(), &body)
        };
        let watch = |State(simulator): State<Simulator>, RawQuery(query): RawQuery| async move {
            let form = Form::of_query(query.as_deref());
            view::show(&simulator, Platform::Youtube, form.get("v").unwrap_or_default())
        };
        let routes = Router::new()
            .route("/o/oauth2/v2/auth", get(show).post(submit))
            .route("/token", post(token::trade))
            .route("/revoke", post(token::revoke))
            .route("/youtube/v3/channels", get(channel::list))
            .route("/youtube/v3/videos", get(videos::list).delete(videos::delete))
            .route("/youtube/v3/playlistItems", get(listing::playlist_items))
            .route("/youtube/v3/commentThreads", get(comments::threads))
            .route("/youtube/v3/comments", get(comments::list).post(comments::insert))
            .route("/youtube/v3/search", get(listing::search))
            .route("/upload/youtube/v3/videos", post(session::open).delete(session::cancel))
            .route("/watch", get(watch));
        // The bytes of a video are not kept, so they have no such limit.
        bounded(routes, BODY_BYTES).route("/upload/youtube/v3/videos", put(resume::put))
    }

    fn rate_limited(&self, _now: Timestamp, wait: Duration) -> Response {
        errors::rate_limited(wait)
    }

    fn expired_token(&self) -> Response {
        errors::invalid_credentials()
    }

    fn rejected(&self, _step: Step) -> Response {
        errors::forbidden("forbidden", "The request is not properly authorized to upload this video.")
    }

    fn server_error(&self) -> Response {
        errors::server_error()
    }
}
