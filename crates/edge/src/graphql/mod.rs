//! `/graphql`: GET and POST by the GraphQL-over-HTTP specification (draft of the GraphQL Foundation).

mod body;
mod browser;
mod conditional;
mod form_body;
mod multipart;
mod status;

use super::answer::{Answer, batch_json};
use super::edge::Edge;
use super::gateway::RequestScope;
use super::media_type::MediaType;
use super::parameters::{Batch, Parameters};
use super::problem::Problem;
use super::refusal::refuse;
use super::request_id::request_id;
use crate::rest::tells_rate;
use async_graphql::parser::types::OperationType;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conditional::respond_to_get;
use futures_util::future::join_all;
use std::sync::Arc;

pub use body::{Kind, kind, read_body, read_json, require_json, require_length};
pub use form_body::FormBody;
pub use multipart::{broken, store};

/// The highest event that a mutation wrote.
const SEQ_HEADER: HeaderName = HeaderName::from_static("x-fanfare-seq");

/// What a client is told to wait for a dependency that is down, in seconds.
const RETRY_SECONDS: u64 = 2;

/// Answers `/graphql`, whatever the method.
pub async fn handle(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if let Some(redirect) = browser::to_editor(&parts) {
        return ([(header::VARY, "accept")], redirect).into_response();
    }
    let id = request_id(&parts);
    let Some(media) = MediaType::negotiate(&parts.headers) else {
        let offer = "Accept must allow application/graphql-response+json or application/json";
        let problem = Problem::new(StatusCode::NOT_ACCEPTABLE, "BAD_USER_INPUT", offer);
        return refuse(&problem, &id, MediaType::Json);
    };
    match work(&edge, &parts, body, media).await {
        Ok(response) => response,
        Err(problem) => refuse(&status::of_problem(problem, edge.options.status_codes), &id, media),
    }
}

async fn work(edge: &Arc<Edge>, parts: &Parts, body: Body, media: MediaType) -> Result<Response, Problem> {
    let codes = edge.options.status_codes;
    match parts.method {
        Method::GET | Method::HEAD => {
            let scope = edge.scope(parts).await?;
            let parameters = Parameters::from_query_string(parts.uri.query().unwrap_or_default())?;
            let answer = query_only(edge, parameters, &scope).await?;
            let status = status::of_answer(&answer, media, &scope, codes);
            let response = respond_to_get(&answer, &parts.headers, &scope, media, status);
            Ok(with_headers(response, &answer))
        }
        Method::POST => {
            let kind = kind(&parts.headers)?;
            let scope = edge.scope(parts).await?;
            match body::read(edge, &kind, parts, body, &scope).await? {
                Batch::Single(parameters) => {
                    let answer = edge.run(edge.admit(*parameters)?, &scope).await?;
                    let status = status::of_answer(&answer, media, &scope, codes);
                    let response = respond(answer.json(), &scope, media, status);
                    Ok(with_headers(response, &answer))
                }
                Batch::Many(list) => {
                    let answers = join_all(list.into_iter().map(|one| one_of_many(edge, one, &scope))).await;
                    let unauthenticated =
                        scope.refused.is_some() && answers.iter().all(Answer::is_unauthenticated);
                    let status = if unauthenticated { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
                    let response = respond(batch_json(&answers), &scope, media, status);
                    Ok(answers.iter().fold(response, with_headers))
                }
            }
        }
        _ => Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", "Use GET or POST")),
    }
}

/// A GET must not change anything: links, images and forms of other sites can send it.
async fn query_only(
    edge: &Arc<Edge>,
    parameters: Parameters,
    scope: &RequestScope,
) -> Result<Answer, Problem> {
    let operation = edge.admit(parameters)?;
    if operation.kind == OperationType::Mutation {
        let message = "GET runs queries only: send mutations by POST";
        return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", message));
    }
    edge.run(operation, scope).await
}

/// One request of a batch: what is wrong with it is its own answer and leaves the others alone.
async fn one_of_many(edge: &Arc<Edge>, parameters: Parameters, scope: &RequestScope) -> Answer {
    let outcome = match edge.admit(parameters) {
        Ok(operation) => edge.run(operation, scope).await,
        Err(problem) => Err(problem),
    };
    outcome.unwrap_or_else(|problem| Answer::refused(&problem, &scope.request_id))
}

fn respond(json: Vec<u8>, scope: &RequestScope, media: MediaType, status: StatusCode) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, media.as_str())], json).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seq) = scope.seq.recorded() {
        response.headers_mut().insert(SEQ_HEADER, HeaderValue::from(seq));
    }
    response
}

/// Adds what resolvers want, such as the cookie of a consent that begins, and what is left of the caller's budget.
fn with_headers(mut response: Response, answer: &Answer) -> Response {
    for (name, value) in &answer.headers {
        if tells_rate(name) {
            // Of a batch, the last one's.
            response.headers_mut().insert(name, value.clone());
        } else {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}
