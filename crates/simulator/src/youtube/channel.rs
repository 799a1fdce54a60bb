//! channels.list, for the caller's own channel.

use super::errors;
use super::request::ListRequest;
use crate::Simulator;
use crate::base_url::base_url;
use crate::core::answer::json;
use crate::core::growth::{engagement, followers};
use crate::core::record::Account;
use crate::core::state::State;
use crate::core::step::Step;
use axum::extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde_json::{Value, json};

pub async fn list(
    extract::State(simulator): extract::State<Simulator>,
    headers: HeaderMap,
    ListRequest { caller, parts, form }: ListRequest,
) -> Response {
    if form.get("mine") != Some("true") && form.get("id") != Some(&caller.remote_id) {
        return errors::missing_parameter("mine");
    }
    let now = simulator.now();
    simulator
        .pass(caller.call(Step::Profile), async |_| {
            let picture = base_url(&headers, "sample.jpg");
            let items: Vec<Value> = simulator.store().read(|state| {
                let account = state.account(Platform::Youtube, &caller.remote_id);
                account.map(|account| channel(state, account, &parts, &picture, now)).into_iter().collect()
            });
            let body = json!({
                "kind": "youtube#channelListResponse",
                "etag": "simulated",
                "pageInfo": { "totalResults": items.len(), "resultsPerPage": 5 },
                "items": items,
            });
            Ok(json(StatusCode::OK, &body))
        })
        .await
}

fn channel(state: &State, account: &Account, parts: &[String], picture: &str, now: Timestamp) -> Value {
    let mut item = json!({ "kind": "youtube#channel", "etag": "simulated", "id": account.remote_id });
    for part in parts {
        item[part.as_str()] = match part.as_str() {
            "snippet" => json!({
                "title": account.name,
                "description": "",
                "customUrl": format!("@{}", account.handle),
                "publishedAt": account.created_at.0.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                "thumbnails": { "default": { "url": picture, "width": 88, "height": 88 } },
            }),
            "statistics" => {
                let videos = state.timeline(Platform::Youtube, &account.remote_id);
                let videos: Vec<_> = videos.filter(|post| post.deleted_at.is_none()).collect();
                let views: u64 = videos.iter().map(|post| engagement(post, now).views).sum();
                json!({
                    "viewCount": views.to_string(),
                    "subscriberCount": followers(&account.remote_id, account.created_at, now).to_string(),
                    "hiddenSubscriberCount": false,
                    "videoCount": videos.len().to_string(),
                })
            }
            "contentDetails" => {
                json!({ "relatedPlaylists": { "likes": "LL", "uploads": uploads(&account.remote_id) } })
            }
            _ => continue,
        };
    }
    item
}

/// The playlist that holds everything a channel uploaded.
pub fn uploads(channel: &str) -> String {
    channel.replacen("UC", "UU", 1)
}
