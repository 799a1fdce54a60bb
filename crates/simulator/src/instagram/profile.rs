//! GET /me: the professional account.

use super::errors;
use super::request::GraphRequest;
use crate::base_url::base_url;
use crate::core::answer::json;
use crate::core::growth::followers;
use crate::core::step::Step;
use axum::http::StatusCode;
use axum::response::Response;
use fanfare_domain::platform::Platform;
use serde_json::{Map, Value, json};

/// `user_id` is the account's id in paths; `id` is another one, scoped to the app.
pub async fn show(request: &GraphRequest) -> Response {
    let simulator = &request.simulator;
    let now = simulator.now();
    simulator
        .pass(request.call(Step::Profile), async |_| {
            Ok(simulator.store().read(|state| {
                let Some(account) = state.account(Platform::Instagram, &request.remote_id) else {
                    return errors::expired_token();
                };
                let posts = state.timeline(Platform::Instagram, &account.remote_id);
                let media_count = posts.filter(|post| post.deleted_at.is_none()).count();
                let scoped = account.remote_id.replacen("178414", "259", 1);
                let mut body = Map::new();
                for field in request.fields("id") {
                    let value = match field {
                        "user_id" => json!(account.remote_id),
                        "username" => json!(account.handle),
                        "name" => json!(account.name),
                        "account_type" => json!("BUSINESS"),
                        "profile_picture_url" => json!(base_url(&request.headers, "sample.jpg")),
                        "followers_count" => json!(followers(&account.remote_id, account.created_at, now)),
                        "follows_count" => json!(58),
                        "media_count" => json!(media_count),
                        _ => continue,
                    };
                    body.insert(field.to_owned(), value);
                }
                body.insert("id".to_owned(), json!(scoped));
                json(StatusCode::OK, &Value::Object(body))
            }))
        })
        .await
}
