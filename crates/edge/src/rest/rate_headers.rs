//! `RateLimit-*` (draft-polli-ratelimit-headers, in the form that is widely read): what a minute allows, what is left of
//! it, and in how many seconds all of it is there again.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Tells it; `limit` is `None` where it is not known.
pub fn tell_rate(headers: &mut HeaderMap, limit: Option<u64>, remaining: u64, reset_seconds: u64) {
    if let Some(limit) = limit {
        headers.insert(LIMIT, HeaderValue::from(limit));
    }
    headers.insert(REMAINING, HeaderValue::from(remaining));
    headers.insert(RESET, HeaderValue::from(reset_seconds));
}

/// Whether a header is one of them: each stands once in an answer.
pub fn tells_rate(name: &HeaderName) -> bool {
    [LIMIT, REMAINING, RESET].contains(name)
}
