//! GET /2/users/:id/tweets, GET /2/tweets and GET /2/tweets/:id.

use super::errors;
use super::mentions::user;
use super::request::{Caller, authenticate};
use super::shape::tweet;
use crate::Simulator;
use crate::core::answer::{Refusal, json};
use crate::core::record::{Message, Post};
use crate::core::state::State;
use crate::core::step::Step;
use crate::oauth::form::Form;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use serde_json::{Value, json};

/// What a timeline's query asks for.
pub struct Page {
    size: usize,
    /// Posts to pass over: what a pagination token says here.
    offset: usize,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    since_id: Option<u64>,
    until_id: Option<u64>,
}

impl Page {
    pub fn read(form: &Form) -> Result<Self, Refusal> {
        let number = |name: &str| match form.get(name) {
            None => Ok(None),
            Some(text) => {
                text.parse::<u64>().map(Some).map_err(|_| errors::invalid(name, text, "is not a valid id"))
            }
        };
        let time = |name: &str| match form.get(name) {
            None => Ok(None),
            Some(text) => DateTime::parse_from_rfc3339(text)
                .map(|at| Some(at.to_utc()))
                .map_err(|_| errors::invalid(name, text, "is not a valid RFC 3339 time")),
        };
        let size = form.get("max_results").unwrap_or("10");
        let Some(size @ 5..=100) = size.parse::<usize>().ok() else {
            let words = format!("The `max_results` query parameter value [{size}] is not between 5 and 100");
            return Err(errors::invalid("max_results", size, &words).into());
        };
        let token = form.get("pagination_token").unwrap_or("t0");
        let offset = token.strip_prefix('t').and_then(|text| text.parse().ok());
        let offset =
            offset.ok_or_else(|| errors::invalid("pagination_token", token, "is not a valid token"))?;
        let (start, end) = (time("start_time")?, time("end_time")?);
        Ok(Self { size, offset, start, end, since_id: number("since_id")?, until_id: number("until_id")? })
    }

    fn holds(&self, post: &Post) -> bool {
        post.deleted_at.is_none() && self.covers(&post.id, post.created_at)
    }

    /// Whether what was made then lies within the ids and times that were asked for.
    pub fn covers(&self, id: &str, at: Timestamp) -> bool {
        let id = id.parse::<u64>().unwrap_or_default();
        self.start.is_none_or(|start| at.0 >= start)
            && self.end.is_none_or(|end| at.0 < end)
            && self.since_id.is_none_or(|since| id > since)
            && self.until_id.is_none_or(|until| id < until)
    }

    /// The page of what people said, with its authors.
    pub fn of(&self, said: impl Iterator<Item = Message>, shape: impl Fn(&Message) -> Value) -> Value {
        let mut rest = said.skip(self.offset);
        let shown: Vec<Message> = rest.by_ref().take(self.size).collect();
        let mut meta = json!({ "result_count": shown.len() });
        if rest.next().is_some() {
            meta["next_token"] = json!(format!("t{}", self.offset + self.size));
        }
        let (Some(newest), Some(oldest)) = (shown.first(), shown.last()) else {
            return json!({ "meta": meta });
        };
        meta["newest_id"] = json!(newest.id);
        meta["oldest_id"] = json!(oldest.id);
        let mut authors: Vec<Value> = Vec::new();
        for author in shown.iter().map(|message| user(&message.author)) {
            if !authors.contains(&author) {
                authors.push(author);
            }
        }
        let data: Vec<Value> = shown.iter().map(shape).collect();
        json!({ "data": data, "includes": { "users": authors }, "meta": meta })
    }
}

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
    let mut posts = state.timeline(Platform::Twitter, user).filter(|post| page.holds(post)).skip(page.offset);
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
