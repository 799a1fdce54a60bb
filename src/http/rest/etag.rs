//! `ETag` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1.2).

use crate::rest::{RETRIEVED_AT, Rendered};
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// A GET's answer: 304 without a body where the client has it already.
pub fn respond(asked: &HeaderMap, mut rendered: Rendered) -> Response {
    let retrieved_at = rendered.remove(RETRIEVED_AT);
    let tag = tag(&rendered);
    if let Some(at) = retrieved_at {
        rendered.insert(RETRIEVED_AT.to_owned(), at);
    }
    let mut response = if is_known(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Json(Value::Object(rendered)).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    // Kept by the one who asked, who has to ask whether it is still so.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("authorization, x-api-key, x-workspace-id"));
    response
}

fn tag(rendered: &Rendered) -> String {
    // The map is sorted, so that the same answer has the same text.
    let text = serde_json::to_vec(rendered).unwrap_or_default();
    let mut tag = String::with_capacity(66);
    tag.push('"');
    for byte in Sha256::digest(text) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// The comparison is the weak one, as the specification wants for this header.
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let given = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = given.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ask(if_none_match: Option<&'static str>, at: &str) -> Response {
        let mut asked = HeaderMap::new();
        if let Some(tag) = if_none_match {
            asked.insert(header::IF_NONE_MATCH, HeaderValue::from_static(tag));
        }
        let rendered =
            Rendered::from_iter([("a".to_owned(), json!(1)), (RETRIEVED_AT.to_owned(), json!(at))]);
        respond(&asked, rendered)
    }

    #[test]
    fn the_time_of_the_reading_is_no_part_of_what_was_read() {
        let (first, later) = (ask(None, "1"), ask(None, "2"));
        assert_eq!(first.headers()[header::ETAG], later.headers()[header::ETAG]);
        assert_eq!(first.status(), StatusCode::OK);
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let tag = "\"015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862\"";
        assert_eq!(ask(None, "1").headers()[header::ETAG], tag);
        for known in
            [tag, "*", "\"x\", W/\"015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862\""]
        {
            assert_eq!(ask(Some(known), "1").status(), StatusCode::NOT_MODIFIED, "{known}");
        }
        assert_eq!(ask(Some("\"x\""), "1").status(), StatusCode::OK);
    }
}
