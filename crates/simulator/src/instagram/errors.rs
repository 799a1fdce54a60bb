//! The Graph API's error bodies, with Instagram's codes ("Error Codes", Instagram Platform reference).

use crate::core::answer::{json, with_header};
use crate::oauth::token::TokenFault;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use std::time::Duration;

/// 400 with a code and a subcode; `title` is what a person would be shown.
pub fn refusal(code: i32, subcode: u32, message: &str, title: &str) -> Response {
    let body = json!({ "error": {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "error_subcode": subcode,
        "is_transient": false,
        "error_user_title": title,
        "error_user_msg": message,
        "fbtrace_id": "AsimulatedTraceId",
    }});
    json(StatusCode::BAD_REQUEST, &body)
}

/// 400 without a subcode.
pub fn plain(code: i32, message: &str) -> Response {
    let body = json!({ "error": {
        "message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AsimulatedTraceId",
    }});
    json(StatusCode::BAD_REQUEST, &body)
}

pub fn missing_parameter(name: &str) -> Response {
    plain(100, &format!("(#100) The parameter {name} is required"))
}

/// An object that is not there, or not the caller's.
pub fn unknown_object(id: &str) -> Response {
    let words = format!(
        "Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or \
         does not support this operation"
    );
    let body = json!({ "error": {
        "message": words,
        "type": "GraphMethodException",
        "code": 100,
        "error_subcode": 33,
        "fbtrace_id": "AsimulatedTraceId",
    }});
    json(StatusCode::BAD_REQUEST, &body)
}

pub fn expired_token() -> Response {
    let words =
        "Error validating access token: Session has expired. The current time is after the session's end.";
    token_error(words, 463)
}

pub fn token(fault: TokenFault) -> Response {
    match fault {
        TokenFault::Missing => plain(190, "An access token is required to request this resource."),
        TokenFault::Invalid => token_error("Invalid OAuth access token - Cannot parse access token", 467),
        TokenFault::Expired => expired_token(),
    }
}

fn token_error(message: &str, subcode: u32) -> Response {
    let body = json!({ "error": {
        "message": message,
        "type": "OAuthException",
        "code": 190,
        "error_subcode": subcode,
        "fbtrace_id": "AsimulatedTraceId",
    }});
    let challenge =
        "OAuth \"Facebook Platform\" \"invalid_token\" \"The access token could not be validated\"";
    with_header(json(StatusCode::BAD_REQUEST, &body), "www-authenticate", challenge)
}

pub fn missing_permission() -> Response {
    plain(10, "(#10) Application does not have permission for this action")
}

/// The Graph API tells the wait in minutes in its usage header; Retry-After has it to the second.
pub fn too_many_calls(wait: Duration) -> Response {
    let body = json!({ "error": {
        "message": "(#4) Application request limit reached",
        "type": "OAuthException",
        "is_transient": true,
        "code": 4,
        "fbtrace_id": "AsimulatedTraceId",
    }});
    let seconds = wait.as_secs();
    let usage = json!({ "1": [{
        "type": "instagram",
        "call_count": 100,
        "total_cputime": 20,
        "total_time": 20,
        "estimated_time_to_regain_access": seconds.div_ceil(60),
    }]});
    let response = json(StatusCode::TOO_MANY_REQUESTS, &body);
    let response = with_header(response, "retry-after", &seconds.to_string());
    with_header(response, "x-business-use-case-usage", &usage.to_string())
}

pub fn server_error() -> Response {
    let body = json!({ "error": {
        "message": "An unexpected error has occurred. Please retry your request later.",
        "type": "OAuthException",
        "is_transient": true,
        "code": 2,
        "fbtrace_id": "AsimulatedTraceId",
    }});
    json(StatusCode::INTERNAL_SERVER_ERROR, &body)
}

/// The older form in which `api.instagram.com/oauth/access_token` refuses.
pub fn code_refused(message: &str) -> Response {
    let body = json!({ "error_type": "OAuthException", "code": 400, "error_message": message });
    json(StatusCode::BAD_REQUEST, &body)
}
