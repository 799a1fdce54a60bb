//! Refusals: requests that were not executed, answered in JSON.

use super::answer::Answer;
use super::media_type::MediaType;
use super::problem::Problem;
use crate::rest::tell_rate;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A request that was not executed, as a GraphQL answer.
pub fn refuse(problem: &Problem, id: &str, media: MediaType) -> Response {
    let status = match media {
        MediaType::Json if problem.document => StatusCode::OK,
        _ => problem.status,
    };
    let json = Answer::refused(problem, id).json();
    let mut response = (status, [(header::CONTENT_TYPE, media.as_str())], json).into_response();
    let headers = response.headers_mut();
    match status {
        StatusCode::UNAUTHORIZED => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            headers.insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
        }
        _ => {}
    }
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        if problem.limit.is_some() {
            tell_rate(headers, problem.limit, 0, seconds);
        }
    }
    response
}

/// A refusal outside `/graphql`, in JSON.
pub fn refuse_json(problem: &Problem, id: &str) -> Response {
    refuse(&Problem { document: false, ..problem.clone() }, id, MediaType::Json)
}
