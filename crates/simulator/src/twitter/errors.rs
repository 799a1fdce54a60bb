//! X's refusals: problem details (RFC 9457) as its v2 API sends them.

use crate::core::answer::{json, with_header};
use axum::http::StatusCode;
use axum::response::Response;
use fanfare_domain::clock::Timestamp;
use serde_json::{Value, json};

fn problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let body = json!({ "title": title, "type": "about:blank", "status": status.as_u16(), "detail": detail });
    json(status, &body)
}

pub fn unauthorized() -> Response {
    problem(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized")
}

pub fn forbidden(detail: &str) -> Response {
    problem(StatusCode::FORBIDDEN, "Forbidden", detail)
}

pub fn server_error() -> Response {
    problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Internal Server Error",
        "Something is broken. Please try again later.",
    )
}

/// 429; X tells the end of the window in `x-rate-limit-reset`, in whole seconds since 1970, and sends no Retry-After.
pub fn too_many_requests(reset: Timestamp, limit: u32) -> Response {
    let response = problem(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", "Too Many Requests");
    rate_limit(response, limit, 0, reset)
}

/// Adds the window's headers.
pub fn rate_limit(response: Response, limit: u32, remaining: u32, reset: Timestamp) -> Response {
    // Rounded up: a client that waits until then must not be early.
    let reset = (reset.micros() + 999_999) / 1_000_000;
    let response = with_header(response, "x-rate-limit-limit", &limit.to_string());
    let response = with_header(response, "x-rate-limit-remaining", &remaining.to_string());
    with_header(response, "x-rate-limit-reset", &reset.to_string())
}

/// 400 that names a parameter.
pub fn invalid(parameter: &str, value: &str, message: &str) -> Response {
    let body = json!({
        "errors": [{ "parameters": { parameter: [value] }, "message": message }],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.twitter.com/2/problems/invalid-request",
    });
    json(StatusCode::BAD_REQUEST, &body)
}

/// What stands in `errors` of a 200 where an item is not there.
pub fn not_found(id: &str) -> Value {
    json!({
        "value": id,
        "detail": format!("Could not find tweet with id: [{id}]."),
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "id",
        "resource_id": id,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    })
}

/// OAuth's own error body.
pub fn oauth(status: StatusCode, error: &str, description: &str) -> Response {
    json(status, &json!({ "error": error, "error_description": description }))
}
