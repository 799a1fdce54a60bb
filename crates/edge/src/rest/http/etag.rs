//! `ETag` and `If-None-Match` of the routes' answers.

use crate::entity_tag::is_known;
use crate::rest::RETRIEVED_AT;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_services::whole_answer::Known;

/// What the client gave to be told whether something has changed, and what an answer depends on.
pub struct Asked<'a> {
    pub headers: &'a HeaderMap,
    /// Whether `Accept` chooses among forms of the answer.
    pub has_forms: bool,
}

impl Asked<'_> {
    /// A GET's answer of this `Content-Type`: 304 without a body where the client has it already. `tells_time`: it is an
    /// object of JSON that says when it was read, which is no part of what its tag stands for.
    pub fn respond(&self, known: &Known, content_type: &'static str, tells_time: bool) -> Response {
        let tag = format!("\"{}\"", known.tag());
        let mut response = if is_known(self.headers, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let body = known.data();
            let content_type = [(header::CONTENT_TYPE, content_type)];
            match body.strip_suffix(b"}") {
                Some(fields) if tells_time => (content_type, with_time(fields)).into_response(),
                _ => (content_type, body.clone()).into_response(),
            }
        };
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        // Kept by the one who asked, who must ask whether it is still so.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        let vary = HeaderValue::from_static("authorization, x-api-key, x-workspace-id");
        headers.insert(header::VARY, vary);
        if self.has_forms {
            headers.append(header::VARY, HeaderValue::from_static("accept"));
        }
        response
    }
}

/// The fields of an object, which has some, and the present time.
fn with_time(fields: &[u8]) -> Vec<u8> {
    let time = format!(",\"{RETRIEVED_AT}\":\"{}\"}}", SystemClock.now());
    [fields, time.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;

    fn ask(if_none_match: Option<&'static str>, tells_time: bool) -> Response {
        let mut asked = HeaderMap::new();
        if let Some(tag) = if_none_match {
            asked.insert(header::IF_NONE_MATCH, HeaderValue::from_static(tag));
        }
        let known = Known::new(Bytes::from_static(b"{\"a\":1}"));
        Asked { headers: &asked, has_forms: false }.respond(&known, "application/json", tells_time)
    }

    #[tokio::test]
    async fn the_time_of_the_reading_is_no_part_of_what_was_read() {
        let (without, with) = (ask(None, false), ask(None, true));
        assert_eq!(without.headers()[header::ETAG], with.headers()[header::ETAG]);
        assert_eq!((without.status(), with.status()), (StatusCode::OK, StatusCode::OK));
        let body = axum::body::to_bytes(with.into_body(), 1_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert!(body["a"] == 1 && body[RETRIEVED_AT].is_string(), "{body}");
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let tag = "\"015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862\"";
        assert_eq!(ask(None, false).headers()[header::ETAG], tag);
        for known in
            [tag, "*", "\"x\", W/\"015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862\""]
        {
            assert_eq!(ask(Some(known), false).status(), StatusCode::NOT_MODIFIED, "{known}");
        }
        assert_eq!(ask(Some("\"x\""), false).status(), StatusCode::OK);
    }
}
