//! GET /2/users/:id/tweets, GET /2/tweets and GET /2/tweets/:id.

use super::errors;
use super::page::Page;
use super::request::{Caller, authenticate};
use super::shape::tweet;
use crate::Simulator;
use crate::core::answer::{Refusal, json};
use crate::core::record::Post;
use crate::core::state::State;
use crate::core::step::Step;
use crate::oauth::form::Form;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde_json::{Value, json};

pub async fn list(
    axum::extract::State(simulator): axum::extract::State<Simulator>,
    Path(user): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::of_query(query.as_deref());
    let (caller, page) =
        match reader(&simulator, &headers).and_then(|caller| Ok((caller, Page::read(&form)?))) {
            Ok(both) => both,
            Err(refusal) => return refusal.into_response(),
        };
    let fields = fields(&form);
    let now = simulator.now();
    simulator
        .pass(caller.call(Step::ReadBack), async |_| {
            Ok(simulator
                .store()
                .read(|state| json(StatusCode::OK, &listing(state, &user, &page, &fields, now))))
        })
        .await
}

fn listing(state: &State, user: &str, page: &Page, fields: &[&str], now: Timestamp) -> Value {
    let Some(author) = state.account(Platform::Twitter, user) else {
        return json!({ "errors": [errors::not_found(user)] });
    };
    let is_asked_for = |post: &&Post| post.deleted_at.is_none() && page.covers(&post.id, post.created_at);
    let mut posts = state.timeline(Platform::Twitter, user).filter(is_asked_for).skip(page.offset);
    let shown: Vec<&Post> = posts.by_ref().take(page.size).collect();
    let mut meta = json!({ "result_count": shown.len() });
    if let (Some(newest), Some(oldest)) = (shown.first(), shown.last()) {
        meta["newest_id"] = json!(newest.id);
        meta["oldest_id"] = json!(oldest.id);
    }
    if posts.next().is_some() {
        meta["next_token"] = json!(format!("t{}", page.offset + page.size));
    }
    if shown.is_empty() {
        return json!({ "meta": meta });
    }
    let data: Vec<Value> = shown.into_iter().map(|post| tweet(post, author, fields, now)).collect();
    json!({ "data": data, "meta": meta })
}

pub async fn one(
    axum::extract::State(simulator): axum::extract::State<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::of_query(query.as_deref());
    let caller = match reader(&simulator, &headers) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let now = simulator.now();
    simulator
        .pass(caller.call(Step::ReadBack), async |_| {
            let found = simulator.store().read(|state| lookup(state, &id, &fields(&form), now));
            let body = found.map_or_else(
                || json!({ "errors": [errors::not_found(&id)] }),
                |data| json!({ "data": data }),
            );
            Ok(json(StatusCode::OK, &body))
        })
        .await
}

/// GET /2/tweets?ids=: up to 100 posts at once.
pub async fn several(
    axum::extract::State(simulator): axum::extract::State<Simulator>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::of_query(query.as_deref());
    let caller = match reader(&simulator, &headers) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let ids: Vec<&str> = form.get("ids").unwrap_or_default().split(',').filter(|id| !id.is_empty()).collect();
    if ids.is_empty() || ids.len() > 100 {
        return errors::invalid(
            "ids",
            "",
            "The number of values in the `ids` query parameter list has to be 1 to 100",
        );
    }
    let now = simulator.now();
    let counts = fields(&form).contains(&"public_metrics");
    simulator
        .pass(caller.call(if counts { Step::Metrics } else { Step::ReadBack }), async |_| {
            let found = simulator.store().read(|state| {
                let look =
                    |id: &&str| lookup(state, id, &fields(&form), now).ok_or_else(|| errors::not_found(id));
                let (data, missing): (Vec<_>, Vec<_>) = ids.iter().map(look).partition(Result::is_ok);
                let data: Vec<Value> = data.into_iter().filter_map(Result::ok).collect();
                let missing: Vec<Value> = missing.into_iter().filter_map(Result::err).collect();
                (data, missing)
            });
            let mut body = json!({});
            if !found.0.is_empty() {
                body["data"] = json!(found.0);
            }
            if !found.1.is_empty() {
                body["errors"] = json!(found.1);
            }
            Ok(json(StatusCode::OK, &body))
        })
        .await
}

fn lookup(state: &State, id: &str, fields: &[&str], now: Timestamp) -> Option<Value> {
    let post = state.post(Platform::Twitter, id).filter(|post| post.deleted_at.is_none())?;
    let author = state.account(Platform::Twitter, &post.remote_id)?;
    Some(tweet(post, author, fields, now))
}

fn reader(simulator: &Simulator, headers: &HeaderMap) -> Result<Caller, Refusal> {
    authenticate(simulator, headers, &["tweet.read", "users.read"])
}

fn fields(form: &Form) -> Vec<&str> {
    form.get("tweet.fields").unwrap_or_default().split(',').collect()
}
