//! Published media: GET /{ig}/media, GET and DELETE /{media}; and GET /{container}, which has the same path.

use super::container::Container;
use super::request::GraphRequest;
use super::{Instagram, errors};
use crate::base_url::base_url;
use crate::core::answer::{Outcome, json};
use crate::core::growth::engagement;
use crate::core::hashing::sha256_base64url;
use crate::core::inbox::inbox;
use crate::core::record::{Account, Post, Record};
use crate::core::state::State;
use crate::core::step::Step;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What only Instagram knows of a post.
#[derive(Default, Serialize, Deserialize)]
pub struct MediaDetail {
    pub shortcode: String,
    pub media_type: String,
}

impl MediaDetail {
    fn of(post: &Post) -> Self {
        serde_json::from_value(post.detail.clone()).unwrap_or_default()
    }
}

/// The short name of a medium in its address.
pub fn shortcode(id: &str) -> String {
    sha256_base64url(id).get(..11).unwrap_or_default().to_owned()
}

/// The medium behind a short name.
pub fn id_of(state: &State, shortcode: &str) -> Option<String> {
    let accounts = state.accounts().filter(|account| account.platform == Platform::Instagram);
    let mut posts = accounts.flat_map(|account| state.timeline(Platform::Instagram, &account.remote_id));
    posts.find(|post| MediaDetail::of(post).shortcode == shortcode).map(|post| post.id.clone())
}

/// GET /{ig}/media: newest first, `limit` (25, at most 100), `since` and `until` in seconds since 1970, `after`.
pub async fn list(request: &GraphRequest) -> Response {
    let simulator = &request.simulator;
    let now = simulator.now();
    let number = |name: &str| request.form.get(name).and_then(|text| text.parse::<i64>().ok());
    let limit = number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(25).clamp(1, 100);
    let offset =
        request.form.get("after").and_then(|text| text.strip_prefix("QVFI")?.parse().ok()).unwrap_or(0);
    let (since, until) = (number("since").unwrap_or(i64::MIN), number("until").unwrap_or(i64::MAX));
    let fields = request.fields("id");
    simulator
        .pass(request.call(Step::ReadBack), async |_| {
            let body = simulator.store().read(|state| {
                let account = state.account(Platform::Instagram, &request.remote_id)?;
                let within = |post: &&Post| {
                    let at = post.created_at.0.timestamp();
                    post.deleted_at.is_none() && at >= since && at <= until
                };
                let posts = state.timeline(Platform::Instagram, &request.remote_id);
                let mut posts = posts.filter(within).skip(offset);
                let data: Vec<Value> = posts
                    .by_ref()
                    .take(limit)
                    .map(|post| shape(request, state, (post, account), &fields, now))
                    .collect();
                let mut body = json!({ "data": data });
                if !data.is_empty() {
                    let end = format!("QVFI{}", offset + data.len());
                    body["paging"] =
                        json!({ "cursors": { "before": format!("QVFI{offset}"), "after": end } });
                    if posts.next().is_some() {
                        let path = format!("{}/media?after={end}", request.remote_id);
                        let next = base_url(&request.headers, &format!("instagram/{path}"));
                        body["paging"]["next"] = next.into();
                    }
                }
                Some(body)
            });
            Ok(body.map_or_else(errors::expired_token, |body| json(StatusCode::OK, &body)))
        })
        .await
}

/// GET /{id}: a container's status, or a medium.
pub async fn node(request: &GraphRequest, id: &str) -> Response {
    let simulator = &request.simulator;
    let is_container = simulator.store().read(|state| Container::of(state, &request.remote_id, id).is_some());
    if is_container {
        return status(request, id).await;
    }
    let now = simulator.now();
    simulator
        .pass(request.call(Step::ReadBack), async |_| {
            let shown = simulator.store().read(|state| {
                let post = own_post(state, request, id)?;
                let account = state.account(Platform::Instagram, &post.remote_id)?;
                Some(shape(request, state, (post, account), &request.fields("id"), now))
            });
            Ok(shown.map_or_else(|| errors::unknown_object(id), |body| json(StatusCode::OK, &body)))
        })
        .await
}

async fn status(request: &GraphRequest, id: &str) -> Response {
    let simulator = &request.simulator;
    simulator
        .pass(request.call(Step::ContainerStatus), async |longer| {
            let now = simulator.now();
            if !longer.is_zero() {
                delay(request, id, now, longer)?;
            }
            let container = simulator.store().read(|state| Container::of(state, &request.remote_id, id));
            let container = container.ok_or_else(|| errors::unknown_object(id))?;
            let mut body = json!({ "id": id });
            for field in request.fields("id") {
                match field {
                    "status_code" => body["status_code"] = container.status_code(now).into(),
                    "status" => body["status"] = container.status(now).into(),
                    _ => {}
                }
            }
            Ok(json(StatusCode::OK, &body))
        })
        .await
}

/// Keeps a container in progress for `longer`.
fn delay(request: &GraphRequest, id: &str, now: Timestamp, longer: Duration) -> Outcome {
    request.simulator.store().transaction(|transaction| {
        if let Some(mut container) = Container::of(transaction.state, &request.remote_id, id) {
            container.ready_at = now.plus(longer);
            container.store(transaction, &request.remote_id, id);
        }
        Ok(StatusCode::OK.into_response())
    })
}

/// DELETE /{media}.
pub async fn delete(request: &GraphRequest, id: &str) -> Response {
    let simulator = &request.simulator;
    simulator
        .pass(request.call(Step::Delete), async |_| {
            let now = simulator.now();
            simulator.store().transaction(|transaction| {
                let post =
                    own_post(transaction.state, request, id).ok_or_else(|| errors::unknown_object(id))?;
                transaction.put(Record::Post(Post { deleted_at: Some(now), ..post.clone() }));
                transaction.effective(Platform::Instagram, &request.remote_id, Step::Delete);
                Ok(json(StatusCode::OK, &json!({ "success": true })))
            })
        })
        .await
}

/// A medium of the caller that is still there.
pub fn own_post<'a>(state: &'a State, request: &GraphRequest, id: &str) -> Option<&'a Post> {
    state
        .post(Platform::Instagram, id)
        .filter(|post| post.deleted_at.is_none() && post.remote_id == request.remote_id)
}

fn shape(
    request: &GraphRequest,
    state: &State,
    (post, account): (&Post, &Account),
    fields: &[&str],
    now: Timestamp,
) -> Value {
    let detail = MediaDetail::of(post);
    let numbers = engagement(post, now);
    let mut body = Map::new();
    for field in fields {
        let value = match *field {
            // Instagram leaves the field out where there is no caption.
            "caption" if !post.text.is_empty() => json!(post.text),
            "timestamp" => json!(post.created_at.0.format("%Y-%m-%dT%H:%M:%S+0000").to_string()),
            "permalink" => {
                json!(base_url(&request.headers, &format!("instagram/p/{}/", detail.shortcode)))
            }
            "shortcode" => json!(detail.shortcode),
            "media_type" => json!(match detail.media_type.as_str() {
                "IMAGE" => "IMAGE",
                "CAROUSEL" => "CAROUSEL_ALBUM",
                _ => "VIDEO",
            }),
            "children" if detail.media_type == "CAROUSEL" => {
                let child = |index| json!({ "id": format!("{}{index:02}", post.id) });
                json!({ "data": (0..post.media.len()).map(child).collect::<Vec<_>>() })
            }
            "media_product_type" => json!(match detail.media_type.as_str() {
                "REELS" => "REELS",
                "STORIES" => "STORY",
                _ => "FEED",
            }),
            "username" => json!(account.handle),
            "like_count" => json!(numbers.likes),
            "comments_count" => {
                let said = inbox(state, &Instagram, &post.remote_id, now);
                json!(said.iter().filter(|it| it.post.as_deref() == Some(post.id.as_str())).count())
            }
            _ => continue,
        };
        body.insert((*field).to_owned(), value);
    }
    body.insert("id".to_owned(), json!(post.id));
    Value::Object(body)
}
