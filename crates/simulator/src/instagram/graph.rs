//! The way into graph.instagram.com: version, token, node, edge.

use super::{Instagram, comments, conversations, create, errors, insights, media, profile, publish};
use crate::Simulator;
use crate::core::answer::{Outcome, Refusal};
use crate::core::gate::Call;
use crate::core::record::TokenKind;
use crate::core::step::Step;
use crate::oauth::form::Form;
use crate::oauth::token::{bearer, recognise};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use fanfare_domain::platform::Platform;
use serde_json::Value;

/// A request whose token is good.
pub struct GraphRequest {
    pub simulator: Simulator,
    pub headers: HeaderMap,
    /// Parameters of the query and of the body.
    pub form: Form,
    /// The account of the token.
    pub remote_id: String,
    scope: String,
}

impl GraphRequest {
    pub fn call(&self, step: Step) -> Call<'_> {
        Call { network: &Instagram, step, remote_id: Some(&self.remote_id) }
    }

    pub fn require(&self, permission: &str) -> Result<(), Refusal> {
        let granted = self.scope.split([',', ' ']).any(|scope| scope == permission);
        if granted { Ok(()) } else { Err(errors::missing_permission().into()) }
    }

    /// The names in `fields`, or `default` where the request has none.
    pub fn fields<'a>(&'a self, default: &'a str) -> Vec<&'a str> {
        self.form.get("fields").unwrap_or(default).split(',').map(str::trim).collect()
    }
}

pub async fn dispatch(
    State(simulator): State<Simulator>,
    Path(path): Path<String>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let form = form(query.as_deref(), &headers, &body);
    let request = match authenticate(simulator, headers, form) {
        Ok(request) => request,
        Err(refusal) => return refusal.into_response(),
    };
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.first().is_some_and(|first| is_version(first)) {
        segments.remove(0);
    }
    route(&request, &method, &segments).await.unwrap_or_else(IntoResponse::into_response)
}

async fn route(request: &GraphRequest, method: &Method, segments: &[&str]) -> Outcome {
    let own = request.remote_id.as_str();
    match (method.as_str(), segments) {
        ("GET", ["me"]) => Ok(profile::show(request).await),
        ("GET", [id]) if *id == own => Ok(profile::show(request).await),
        ("GET", [id]) if conversations::is_conversation(id) => Ok(conversations::node(request, id).await),
        ("GET", [id]) => Ok(media::node(request, id).await),
        ("DELETE", [id]) => Ok(media::delete(request, id).await),
        ("GET", [id, "comments"]) if *id != own => comments::list(request, id).await,
        ("GET", [id, "replies"]) if *id != own => comments::replies(request, id).await,
        ("POST", [id, "replies"]) if *id != own => comments::reply(request, id).await,
        ("GET", ["me", "insights"]) => insights::of_account(request).await,
        ("GET", [id, "insights"]) if *id == own => insights::of_account(request).await,
        ("GET", [id, "insights"]) => insights::of_media(request, id).await,
        ("GET", ["me", edge]) => Ok(read_edge(request, edge).await),
        ("GET", [id, edge]) if *id == own => Ok(read_edge(request, edge).await),
        ("POST", ["me", edge]) => write_edge(request, edge).await,
        ("POST", [id, edge]) if *id == own => write_edge(request, edge).await,
        (_, [id, ..]) => Err(errors::unknown_object(id).into()),
        (_, []) => Err(errors::unknown_object("").into()),
    }
}

async fn read_edge(request: &GraphRequest, edge: &str) -> Response {
    match edge {
        "media" => media::list(request).await,
        "conversations" => conversations::list(request).await,
        "content_publishing_limit" => publish::limit(request).await,
        _ => errors::plain(100, &format!("(#100) Tried accessing nonexisting field ({edge})")),
    }
}

async fn write_edge(request: &GraphRequest, edge: &str) -> Outcome {
    if edge == "messages" {
        return conversations::send(request).await;
    }
    request.require("instagram_business_content_publish")?;
    match edge {
        "media" => create::create(request).await,
        "media_publish" => publish::publish(request).await,
        _ => Err(errors::plain(100, &format!("(#100) Tried accessing nonexisting field ({edge})")).into()),
    }
}

/// Such as `v23.0`.
fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The Graph API takes parameters in the query, as a form, and as JSON.
fn form(query: Option<&str>, headers: &HeaderMap, body: &Bytes) -> Form {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Form::of_both(query, body);
    }
    let mut form = Form::of_query(query);
    if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
        for (name, value) in fields {
            match value {
                Value::String(text) => form.push(&name, &text),
                Value::Array(items) => {
                    let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                    form.push(&name, &items.join(","));
                }
                other => form.push(&name, &other.to_string()),
            }
        }
    }
    form
}

fn authenticate(simulator: Simulator, headers: HeaderMap, form: Form) -> Result<GraphRequest, Refusal> {
    let now = simulator.now();
    let (remote_id, scope) = simulator.store().read(|state| {
        let text = form.get("access_token").or_else(|| bearer(&headers));
        let token =
            recognise(state, Platform::Instagram, TokenKind::Access, text, now).map_err(errors::token)?;
        Ok::<_, Refusal>((token.remote_id.clone(), token.scope.clone()))
    })?;
    Ok(GraphRequest { simulator, headers, form, remote_id, scope })
}
