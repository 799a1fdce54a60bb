//! GET /{media}/insights and GET /{account}/insights.

use super::errors;
use super::media::own_post;
use super::request::GraphRequest;
use crate::core::answer::{Outcome, json};
use crate::core::growth::{Engagement, engagement, reach};
use crate::core::step::Step;
use axum::http::StatusCode;
use axum::response::Response;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// Of a medium. One metric that the network does not know fails the whole call.
pub async fn of_media(request: &GraphRequest, id: &str) -> Outcome {
    let names = request.form.get("metric").ok_or_else(|| errors::missing_parameter("metric"))?;
    request.require("instagram_business_manage_insights")?;
    let simulator = &request.simulator;
    Ok(simulator
        .pass(request.call(Step::Metrics), async |_| {
            let now = simulator.now();
            let numbers = simulator
                .store()
                .read(|state| own_post(state, request, id).map(|post| engagement(post, now)))
                .ok_or_else(|| errors::unknown_object(id))?;
            let mut data: Vec<Value> = Vec::new();
            for (index, name) in names.split(',').map(str::trim).enumerate() {
                let known = "views, reach, likes, comments, saved, shares, total_interactions";
                let value = value(name, numbers).ok_or_else(|| unknown_metric(index, known))?;
                data.push(json!({
                    "name": name,
                    "period": "lifetime",
                    "values": [{ "value": value }],
                    "title": name,
                    "id": format!("{id}/insights/{name}/lifetime"),
                }));
            }
            Ok(json(StatusCode::OK, &json!({ "data": data })))
        })
        .await)
}

/// Of the account, for the last 24 hours: views and reach.
pub async fn of_account(request: &GraphRequest) -> Outcome {
    let names = request.form.get("metric").ok_or_else(|| errors::missing_parameter("metric"))?;
    request.require("instagram_business_manage_insights")?;
    let simulator = &request.simulator;
    Ok(simulator
        .pass(request.call(Step::Metrics), async |_| {
            let views = day_views(request, simulator.now());
            let mut data: Vec<Value> = Vec::new();
            for (index, name) in names.split(',').map(str::trim).enumerate() {
                let value = match name {
                    "views" => views,
                    "reach" => reach(views),
                    _ => return Err(unknown_metric(index, "views, reach").into()),
                };
                data.push(json!({
                    "name": name,
                    "period": "day",
                    "title": name,
                    "total_value": { "value": value },
                    "id": format!("{}/insights/{name}/day", request.remote_id),
                }));
            }
            Ok(json(StatusCode::OK, &json!({ "data": data })))
        })
        .await)
}

fn day_views(request: &GraphRequest, now: Timestamp) -> u64 {
    request.simulator.store().read(|state| {
        let posts = state.timeline(Platform::Instagram, &request.remote_id);
        let shown = posts.filter(|post| post.deleted_at.is_none());
        shown
            .map(|post| {
                let yesterday = now.minus(DAY).max(post.created_at);
                engagement(post, now).views - engagement(post, yesterday).views
            })
            .sum()
    })
}

fn unknown_metric(index: usize, known: &str) -> Response {
    errors::plain(100, &format!("(#100) metric[{index}] must be one of the following values: {known}"))
}

fn value(name: &str, numbers: Engagement) -> Option<u64> {
    Some(match name {
        "views" => numbers.views,
        "reach" => reach(numbers.views),
        "likes" => numbers.likes,
        "comments" => numbers.comments,
        "saved" => numbers.saves,
        "shares" => numbers.shares,
        "total_interactions" => numbers.likes + numbers.comments + numbers.saves + numbers.shares,
        _ => return None,
    })
}
