//! videos.list and videos.delete, and a video as the API shows it.

use super::errors;
use super::request::{ListRequest, authenticate};
use crate::Simulator;
use crate::core::answer::json;
use crate::core::growth::engagement;
use crate::core::record::{Account, Post, Record};
use crate::core::step::Step;
use crate::oauth::form::Form;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde_json::{Value, json};

/// GET /youtube/v3/videos?id=: up to 50; what is not there is left out.
pub async fn list(
    State(simulator): State<Simulator>,
    ListRequest { caller, parts, form }: ListRequest,
) -> Response {
    let Some(ids) = form.get("id") else { return errors::missing_parameter("id") };
    let now = simulator.now();
    let counts = parts.iter().any(|part| part == "statistics");
    simulator
        .pass(caller.call(if counts { Step::Metrics } else { Step::ReadBack }), async |_| {
            let items: Vec<Value> = simulator.store().read(|state| {
                let posts = ids.split(',').take(50).filter_map(|id| state.post(Platform::Youtube, id.trim()));
                posts
                    .filter(|post| post.deleted_at.is_none())
                    .filter_map(|post| {
                        let account = state.account(Platform::Youtube, &post.remote_id)?;
                        let visible = post.remote_id == caller.remote_id || privacy(post) != "private";
                        visible.then(|| video(post, account, &parts, now))
                    })
                    .collect()
            });
            let body = json!({
                "kind": "youtube#videoListResponse",
                "etag": "simulated",
                "items": items,
                "pageInfo": { "totalResults": items.len(), "resultsPerPage": items.len() },
            });
            Ok(json(StatusCode::OK, &body))
        })
        .await
}

/// DELETE /youtube/v3/videos?id=: 204.
pub async fn delete(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::of_query(query.as_deref());
    let caller = match authenticate(&simulator, &headers, &[".force-ssl"]) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let Some(id) = form.get("id") else { return errors::missing_parameter("id") };
    simulator
        .pass(caller.call(Step::Delete), async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let words = "The video that you are trying to delete cannot be found.";
                let post =
                    transaction.state.post(Platform::Youtube, id).filter(|post| post.deleted_at.is_none());
                let post = post.ok_or_else(|| errors::not_found("videoNotFound", words))?;
                if post.remote_id != caller.remote_id {
                    let words = "The video cannot be deleted by the authenticated user.";
                    return Err(errors::forbidden("forbidden", words).into());
                }
                transaction.put(Record::Post(Post { deleted_at: Some(now), ..post.clone() }));
                transaction.effective(Platform::Youtube, &caller.remote_id, Step::Delete);
                Ok(StatusCode::NO_CONTENT.into_response())
            })
        })
        .await
}

/// What a completed upload answers with.
pub fn uploaded(post: &Post, account: &Account, now: Timestamp) -> Response {
    let parts = ["snippet", "status"].map(str::to_owned);
    json(StatusCode::OK, &video(post, account, &parts, now))
}

fn privacy(post: &Post) -> &str {
    post.detail["status"]["privacyStatus"].as_str().unwrap_or("public")
}

/// A video with the parts that were asked for.
pub fn video(post: &Post, account: &Account, parts: &[String], now: Timestamp) -> Value {
    let mut item = json!({ "kind": "youtube#video", "etag": "simulated", "id": post.id });
    for part in parts {
        item[part.as_str()] = match part.as_str() {
            "snippet" => snippet(post, account),
            "status" => json!({
                "uploadStatus": "processed",
                "privacyStatus": privacy(post),
                "license": "youtube",
                "embeddable": true,
                "publicStatsViewable": true,
                "madeForKids": false,
                "selfDeclaredMadeForKids": post.detail["status"]["selfDeclaredMadeForKids"].as_bool().unwrap_or(false),
            }),
            "statistics" => {
                let numbers = engagement(post, now);
                json!({
                    "viewCount": numbers.views.to_string(),
                    "likeCount": numbers.likes.to_string(),
                    "favoriteCount": "0",
                    "commentCount": numbers.comments.to_string(),
                })
            }
            _ => continue,
        };
    }
    item
}

pub fn snippet(post: &Post, account: &Account) -> Value {
    let sent = &post.detail["snippet"];
    let mut snippet = json!({
        "publishedAt": post.created_at.0.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "channelId": account.remote_id,
        "title": post.title,
        "description": post.text,
        "thumbnails": {},
        "channelTitle": account.name,
        "categoryId": sent["categoryId"].as_str().unwrap_or("22"),
        "liveBroadcastContent": "none",
    });
    if sent["tags"].is_array() {
        snippet["tags"] = sent["tags"].clone();
    }
    snippet
}
