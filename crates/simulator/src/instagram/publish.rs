//! POST /{ig}/media_publish and GET /{ig}/content_publishing_limit.

use super::container::Container;
use super::errors;
use super::media::{MediaDetail, shortcode};
use super::request::GraphRequest;
use crate::core::answer::{Outcome, json};
use crate::core::record::{Post, Record};
use crate::core::state::State;
use crate::core::step::Step;
use crate::core::store::Transaction;
use axum::http::StatusCode;
use axum::response::Response;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde_json::json;
use std::time::Duration;

/// Posts that an account may publish in [`WINDOW`].
const QUOTA: usize = 100;
const WINDOW: Duration = Duration::from_hours(24);

pub async fn publish(request: &GraphRequest) -> Outcome {
    let simulator = &request.simulator;
    let creation_id =
        request.form.get("creation_id").ok_or_else(|| errors::missing_parameter("creation_id"))?;
    Ok(simulator
        .pass(request.call(Step::Publish), async |_| {
            let now = simulator.now();
            simulator
                .store()
                .transaction(|transaction| make_public(transaction, &request.remote_id, creation_id, now))
        })
        .await)
}

fn make_public(
    transaction: &mut Transaction<'_>,
    remote_id: &str,
    creation_id: &str,
    now: Timestamp,
) -> Outcome {
    let state = transaction.state;
    let not_found =
        || errors::refusal(24, 2_207_008, "The requested resource does not exist", "Media Builder Not Found");
    let mut container = Container::of(state, remote_id, creation_id).ok_or_else(not_found)?;
    match container.status_code(now) {
        "FINISHED" => {}
        "IN_PROGRESS" => {
            let words = "The media is not ready for publishing, please wait for a moment";
            return Err(errors::refusal(9_007, 2_207_027, words, "Media ID is not available").into());
        }
        "EXPIRED" => {
            let words = "The media you are trying to access has expired. Please try to upload again.";
            return Err(errors::refusal(-2, 2_207_020, words, "Media expired").into());
        }
        "ERROR" => {
            let words = "Create media fail, please try to re-create media";
            return Err(errors::refusal(-1, 2_207_032, words, "Create media failed").into());
        }
        // Published before: the builder is used up.
        _ => return Err(not_found().into()),
    }
    if container.carousel_item {
        return Err(not_found().into());
    }
    if state.limits() && used(state, remote_id, now) >= QUOTA {
        let words =
            "You reached maximum number of posts that is allowed to be published by Content Publishing API.";
        return Err(errors::refusal(9, 2_207_042, words, "Content publishing limit reached").into());
    }
    let id = format!("180{:014}", transaction.next_number());
    container.published_as = Some(id.clone());
    container.store(transaction, remote_id, creation_id);
    let detail = MediaDetail { shortcode: shortcode(&id), media_type: container.media_type };
    transaction.put(Record::Post(Post {
        id: id.clone(),
        platform: Platform::Instagram,
        remote_id: remote_id.to_owned(),
        title: None,
        text: container.caption,
        media: container.media,
        created_at: now,
        deleted_at: None,
        detail: json!(detail),
    }));
    transaction.effective(Platform::Instagram, remote_id, Step::Publish);
    Ok(json(StatusCode::OK, &json!({ "id": id })))
}

fn used(state: &State, remote_id: &str, now: Timestamp) -> usize {
    let start = now.minus(WINDOW);
    state.timeline(Platform::Instagram, remote_id).take_while(|post| post.created_at > start).count()
}

/// How much of the quota is used. `config` comes where `fields` names it.
pub async fn limit(request: &GraphRequest) -> Response {
    let simulator = &request.simulator;
    simulator
        .pass(request.call(Step::Metrics), async |_| {
            let now = simulator.now();
            let used = simulator.store().read(|state| used(state, &request.remote_id, now));
            let mut row = json!({ "quota_usage": used });
            if request.fields("quota_usage").contains(&"config") {
                row["config"] = json!({ "quota_total": QUOTA, "quota_duration": WINDOW.as_secs() });
            }
            Ok(json(StatusCode::OK, &json!({ "data": [row] })))
        })
        .await
}
