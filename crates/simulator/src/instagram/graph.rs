//! The way into graph.instagram.com: version, node, edge.

use super::request::GraphRequest;
use super::{comments, conversations, create, errors, insights, media, profile, publish};
use crate::Simulator;
use crate::core::answer::Outcome;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};

pub async fn dispatch(
    State(simulator): State<Simulator>,
    Path(path): Path<String>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let request = match GraphRequest::read(simulator, headers, query.as_deref(), &body) {
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
