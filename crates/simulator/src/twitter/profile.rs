//! GET /2/users/me.

use super::request::authenticate;
use crate::Simulator;
use crate::base_url::base_url;
use crate::core::answer::json;
use crate::core::growth::followers;
use crate::core::step::Step;
use crate::oauth::form::Form;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::platform::Platform;
use serde_json::json;

/// The user; beyond id, name and username only what `user.fields` asks for.
pub async fn me(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let caller = match authenticate(&simulator, &headers, &["tweet.read", "users.read"]) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let form = Form::of_query(query.as_deref());
    let fields: Vec<&str> = form.get("user.fields").unwrap_or_default().split(',').collect();
    let now = simulator.now();
    simulator
        .pass(caller.call(Step::Profile), async |_| {
            Ok(simulator.store().read(|state| {
                let Some(account) = state.account(Platform::Twitter, &caller.remote_id) else {
                    return super::errors::unauthorized();
                };
                let posts = state.timeline(Platform::Twitter, &account.remote_id);
                let mut data = json!({
                    "id": account.remote_id, "name": account.name, "username": account.handle,
                });
                if fields.contains(&"public_metrics") {
                    data["public_metrics"] = json!({
                        "followers_count": followers(&account.remote_id, account.created_at, now),
                        "following_count": 42,
                        "tweet_count": posts.filter(|post| post.deleted_at.is_none()).count(),
                        "listed_count": 0,
                        "like_count": 0,
                        "media_count": 0,
                    });
                }
                if fields.contains(&"profile_image_url") {
                    let base = base_url(&headers, "sample.jpg");
                    data["profile_image_url"] = base.into();
                }
                if fields.contains(&"created_at") {
                    data["created_at"] = super::shape::time(account.created_at).into();
                }
                json(StatusCode::OK, &json!({ "data": data }))
            }))
        })
        .await
}
