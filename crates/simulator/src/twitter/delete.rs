//! DELETE /2/tweets/:id.

use super::errors;
use super::request::authenticate;
use crate::Simulator;
use crate::core::answer::json;
use crate::core::record::{Post, Record};
use crate::core::step::Step;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::platform::Platform;
use serde_json::json;

/// A post that is not there counts as deleted, as on X.
pub async fn delete(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let caller = match authenticate(&simulator, &headers, &["tweet.read", "users.read", "tweet.write"]) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    simulator
        .pass(caller.call(Step::Delete), async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let post =
                    transaction.state.post(Platform::Twitter, &id).filter(|post| post.deleted_at.is_none());
                if let Some(post) = post {
                    if post.remote_id != caller.remote_id {
                        return Err(errors::forbidden("You are not authorized to delete this Tweet.").into());
                    }
                    transaction.put(Record::Post(Post { deleted_at: Some(now), ..post.clone() }));
                    transaction.effective(Platform::Twitter, &caller.remote_id, Step::Delete);
                }
                Ok(json(StatusCode::OK, &json!({ "data": { "deleted": true } })))
            })
        })
        .await
}
