//! GET /{media}/insights.

use super::errors;
use super::graph::GraphRequest;
use super::media::own_post;
use crate::simulator::core::answer::{Outcome, json};
use crate::simulator::core::growth::{Engagement, engagement};
use crate::simulator::core::step::Step;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// One metric that the network does not know fails the whole call.
pub async fn show(request: &GraphRequest, id: &str) -> Outcome {
    let names = request.form.get("metric").ok_or_else(|| errors::missing_parameter("metric"))?;
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
                let Some(value) = value(name, numbers) else {
                    let words = format!(
                        "(#100) metric[{index}] must be one of the following values: views, reach, likes, comments, \
                         saved, shares, total_interactions"
                    );
                    return Err(errors::plain(100, &words).into());
                };
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

fn value(name: &str, numbers: Engagement) -> Option<u64> {
    Some(match name {
        "views" => numbers.views,
        "reach" => numbers.views * 4 / 5,
        "likes" => numbers.likes,
        "comments" => numbers.comments,
        "saved" => numbers.saves,
        "shares" => numbers.shares,
        "total_interactions" => numbers.likes + numbers.comments + numbers.saves + numbers.shares,
        _ => return None,
    })
}
