//! What a channel uploaded: playlistItems.list of its uploads, and search.list of one's own.

use super::channel::uploads;
use super::errors;
use super::request::{Caller, ListRequest};
use super::videos::snippet;
use crate::Simulator;
use crate::core::answer::json;
use crate::core::record::{Account, Post};
use crate::core::step::Step;
use crate::oauth::form::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::DateTime;
use fanfare_domain::platform::Platform;
use serde_json::{Value, json};

/// GET /youtube/v3/playlistItems?playlistId=UU...: newest first.
pub async fn playlist_items(
    State(simulator): State<Simulator>,
    ListRequest { caller, parts, form }: ListRequest,
) -> Response {
    let playlist = uploads(&caller.remote_id);
    if form.get("playlistId") != Some(&playlist) {
        let words = "The playlist identified with the request's playlistId parameter cannot be found.";
        return errors::not_found("playlistNotFound", words);
    }
    let shape = |post: &Post, account: &Account| {
        let mut item =
            json!({ "kind": "youtube#playlistItem", "etag": "simulated", "id": format!("UE{}", post.id) });
        for part in &parts {
            item[part.as_str()] = match part.as_str() {
                "snippet" => {
                    let mut shown = snippet(post, account);
                    shown["playlistId"] = json!(playlist);
                    shown["resourceId"] = json!({ "kind": "youtube#video", "videoId": post.id });
                    shown
                }
                "contentDetails" => json!({
                    "videoId": post.id,
                    "videoPublishedAt": post.created_at.0.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                }),
                "status" => json!({ "privacyStatus": "public" }),
                _ => continue,
            };
        }
        item
    };
    page(&simulator, &caller, &form, "youtube#playlistItemListResponse", shape).await
}

/// GET /youtube/v3/search?forMine=true&type=video: newest first, `publishedAfter` and `publishedBefore`.
pub async fn search(
    State(simulator): State<Simulator>,
    ListRequest { caller, form, .. }: ListRequest,
) -> Response {
    let mine = form.get("forMine") == Some("true") || form.get("channelId") == Some(&caller.remote_id);
    if !mine || form.get("type") != Some("video") {
        return errors::bad_request("badRequest", "The simulator finds only one's own videos.");
    }
    let shape = |post: &Post, account: &Account| {
        json!({
            "kind": "youtube#searchResult",
            "etag": "simulated",
            "id": { "kind": "youtube#video", "videoId": post.id },
            "snippet": snippet(post, account),
        })
    };
    page(&simulator, &caller, &form, "youtube#searchListResponse", shape).await
}

async fn page(
    simulator: &Simulator,
    caller: &Caller,
    form: &Form,
    kind: &str,
    shape: impl Fn(&Post, &Account) -> Value,
) -> Response {
    let size: usize = form.get("maxResults").and_then(|text| text.parse().ok()).unwrap_or(5).min(50);
    let offset: usize =
        form.get("pageToken").and_then(|text| text.strip_prefix("P")?.parse().ok()).unwrap_or(0);
    let time = |name: &str| form.get(name).and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    let (after, before) = (time("publishedAfter"), time("publishedBefore"));
    simulator
        .pass(caller.call(Step::ReadBack), async |_| {
            let (items, total) = simulator.store().read(|state| {
                let Some(account) = state.account(Platform::Youtube, &caller.remote_id) else {
                    return (Vec::new(), 0);
                };
                let posts: Vec<&Post> = state
                    .timeline(Platform::Youtube, &caller.remote_id)
                    .filter(|post| post.deleted_at.is_none())
                    .filter(|post| after.is_none_or(|after| post.created_at.0 >= after))
                    .filter(|post| before.is_none_or(|before| post.created_at.0 < before))
                    .collect();
                let shown = posts.iter().skip(offset).take(size).map(|post| shape(post, account));
                (shown.collect::<Vec<Value>>(), posts.len())
            });
            let mut body = json!({
                "kind": kind,
                "etag": "simulated",
                "items": items,
                "pageInfo": { "totalResults": total, "resultsPerPage": size },
            });
            if offset + size < total {
                body["nextPageToken"] = json!(format!("P{}", offset + size));
            }
            Ok(json(StatusCode::OK, &body))
        })
        .await
}
