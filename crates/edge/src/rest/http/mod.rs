//! `/api/sns/...`: the routes of the REST table, each an operation of the schema that `/graphql` serves.

mod body;
mod etag;

use crate::edge::Edge;
use crate::either_end::{either_end, without_slash};
use crate::gateway::RequestScope;
use crate::media_type::prefers;
use crate::rest::{Access, CompiledRoute, Given, Paging, Prepared, RestError, Verb, View, prepare};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use fanfare_domain::id::WorkspaceId;
use std::sync::Arc;

/// What most answers are.
const JSON: &str = "application/json";
/// Where the routes are.
const BASE: &str = "/api/sns";
/// The highest event that a mutation wrote.
const SEQ_HEADER: HeaderName = HeaderName::from_static("x-fanfare-seq");
/// Another workspace than the caller's default one.
const WORKSPACE_HEADER: &str = "x-workspace-id";
/// The same key and body within 24 hours is one call.
const KEY_HEADER: &str = "idempotency-key";

/// One path of the table.
#[derive(Clone)]
struct Place {
    edge: Arc<Edge>,
    path: &'static str,
}

/// The table's routes and the document that describes them; anything else below the base is a 404 in JSON.
pub fn router(edge: &Arc<Edge>) -> Router {
    let mut router = Router::new()
        .route("/api/openapi.json", get(document))
        .route("/api/openapi.json/", get(without_slash))
        .with_state(Arc::clone(edge))
        .route(&format!("{BASE}/{{*rest}}"), any(unknown));
    for (path, _) in edge.rest.served_paths() {
        let place = Place { edge: Arc::clone(edge), path };
        router = either_end(router, &format!("{BASE}{path}"), any(handle).with_state(place));
    }
    router
}

async fn document(State(edge): State<Arc<Edge>>) -> Response {
    ([(header::CONTENT_TYPE, JSON)], edge.rest.openapi()).into_response()
}

async fn unknown() -> RestError {
    RestError::not_found("There is no such route.")
}

async fn handle(
    State(place): State<Place>,
    path: Result<RawPathParams, RawPathParamsRejection>,
    parts: Parts,
    body: Body,
) -> Response {
    let Some(verb) = Verb::parse(parts.method.as_str()) else { return not_allowed(&place) };
    let Some(route) = place.edge.rest.find(place.path, verb) else { return not_allowed(&place) };
    let Ok(path) = path else { return unknown().await.into_response() };
    let path = path.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    answer(&place.edge, route, path, &parts, body).await.unwrap_or_else(IntoResponse::into_response)
}

fn not_allowed(place: &Place) -> Response {
    let words = "This path does not take the method; Allow names those that it takes.";
    let mut response =
        RestError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", words).into_response();
    let paths = place.edge.rest.served_paths();
    let verbs = paths.into_iter().find(|(path, _)| *path == place.path).map(|(_, verbs)| verbs);
    let names: Vec<&str> = verbs.unwrap_or_default().into_iter().map(Verb::as_str).collect();
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}

async fn answer(
    edge: &Arc<Edge>,
    route: &CompiledRoute,
    path: Vec<(String, String)>,
    parts: &Parts,
    body: Body,
) -> Result<Response, RestError> {
    let mut scope = edge.scope(parts).await?;
    if scope.actor.is_none() && route.route.access == Access::Bearer {
        return Err(scope.unauthenticated().into());
    }
    if let Some(actor) = &mut scope.actor
        && let Some(workspace) = workspace(&parts.headers)?
    {
        actor.default_workspace = workspace;
    }
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let form = route.route.text.filter(|text| prefers(&parts.headers, text.media));
    let read = body::read(edge, route, parts, body, &scope).await?;
    let given = Given {
        path,
        query: query.into_owned().collect(),
        body: read.fields,
        key: text(&parts.headers, KEY_HEADER)?.filter(|_| route.route.verb == Verb::Post),
        as_text: form.is_some(),
    };
    let Prepared { operation, variables, page, items } = prepare(route, &given)?;
    let view = View { route, operation, page, items, is_text: form.is_some() };
    let admitted = edge.admit_own(&view, variables, read.uploads)?;
    let shown = edge.run_own(admitted, &view, &scope).await?;
    let body = shown.body?;
    let content_type = form.map_or(JSON, |form| form.content_type);
    let mut response = if operation.is_mutation {
        let status = StatusCode::from_u16(route.route.success).unwrap_or(StatusCode::OK);
        (status, [(header::CONTENT_TYPE, content_type)], body.data().clone()).into_response()
    } else {
        let asked = etag::Asked { headers: &parts.headers, has_forms: route.route.text.is_some() };
        let tells_time = form.is_none() && route.route.paging == Paging::Pages;
        asked.respond(&body, content_type, tells_time)
    };
    add_headers(response.headers_mut(), &scope, &shown.headers);
    Ok(response)
}

/// What resolvers want besides the answer (a cookie, that a key was known), and how far the log is.
fn add_headers(headers: &mut HeaderMap, scope: &RequestScope, resolvers: &HeaderMap) {
    for (name, value) in resolvers {
        headers.append(name, value.clone());
    }
    if let Some(seq) = scope.seq.recorded() {
        headers.insert(SEQ_HEADER, HeaderValue::from(seq));
    }
}

/// `X-Workspace-Id`, which may name a workspace that is not the caller's: whatever they ask for is not found then.
fn workspace(headers: &HeaderMap) -> Result<Option<WorkspaceId>, RestError> {
    let Some(given) = text(headers, WORKSPACE_HEADER)? else { return Ok(None) };
    let id = given.parse().ok().filter(|id| *id > 0);
    let refused = || {
        let words = "X-Workspace-Id must be the id of a workspace, a whole number.";
        RestError::new(StatusCode::BAD_REQUEST, "INVALID", words)
    };
    id.map(|id| Some(WorkspaceId(id))).ok_or_else(refused)
}

fn text(headers: &HeaderMap, name: &str) -> Result<Option<String>, RestError> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let read = value.to_str().map(|text| Some(text.to_owned()));
    read.map_err(|_| {
        let words = format!("The header {name} has characters that it cannot have.");
        RestError::new(StatusCode::BAD_REQUEST, "INVALID", words)
    })
}
