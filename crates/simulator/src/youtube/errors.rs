//! Google's error bodies, with the Data API's reasons.

use crate::core::answer::{json, with_header};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use std::time::Duration;

fn error(status: StatusCode, domain: &str, reason: &str, message: &str, rpc_status: &str) -> Response {
    let body = json!({ "error": {
        "code": status.as_u16(),
        "message": message,
        "errors": [{ "message": message, "domain": domain, "reason": reason }],
        "status": rpc_status,
    }});
    json(status, &body)
}

pub fn invalid_credentials() -> Response {
    let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or \
                   other valid authentication credential.";
    let body = json!({ "error": {
        "code": 401,
        "message": message,
        "errors": [{
            "message": "Invalid Credentials",
            "domain": "global",
            "reason": "authError",
            "location": "Authorization",
            "locationType": "header",
        }],
        "status": "UNAUTHENTICATED",
    }});
    let challenge = "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"";
    with_header(json(StatusCode::UNAUTHORIZED, &body), "www-authenticate", challenge)
}

pub fn bad_request(reason: &str, message: &str) -> Response {
    error(StatusCode::BAD_REQUEST, "youtube.video", reason, message, "INVALID_ARGUMENT")
}

pub fn missing_parameter(name: &str) -> Response {
    let message = format!("Required parameter: {name}");
    error(StatusCode::BAD_REQUEST, "global", "required", &message, "INVALID_ARGUMENT")
}

pub fn forbidden(reason: &str, message: &str) -> Response {
    error(StatusCode::FORBIDDEN, "youtube.video", reason, message, "PERMISSION_DENIED")
}

pub fn missing_scope() -> Response {
    let message = "Request had insufficient authentication scopes.";
    error(StatusCode::FORBIDDEN, "global", "insufficientPermissions", message, "PERMISSION_DENIED")
}

pub fn not_found(reason: &str, message: &str) -> Response {
    error(StatusCode::NOT_FOUND, "youtube.video", reason, message, "NOT_FOUND")
}

/// The channel may not upload more for now.
pub fn upload_limit() -> Response {
    let message = "The user has exceeded the number of videos they may upload.";
    error(StatusCode::BAD_REQUEST, "youtube.video", "uploadLimitExceeded", message, "INVALID_ARGUMENT")
}

pub fn rate_limited(wait: Duration) -> Response {
    let message = "The request cannot be completed because too many requests were sent in a short time.";
    let status = StatusCode::TOO_MANY_REQUESTS;
    let response = error(status, "usageLimits", "rateLimitExceeded", message, "RESOURCE_EXHAUSTED");
    with_header(response, "retry-after", &wait.as_secs().to_string())
}

pub fn server_error() -> Response {
    error(
        StatusCode::INTERNAL_SERVER_ERROR,
        "global",
        "backendError",
        "Internal error encountered.",
        "INTERNAL",
    )
}

/// OAuth's own error body.
pub fn oauth(status: StatusCode, code: &str, description: &str) -> Response {
    json(status, &json!({ "error": code, "error_description": description }))
}
