//! `ETag` and `If-None-Match` of the routes' answers.

use crate::entity_tag::{is_known, strong};
use crate::rest::{RETRIEVED_AT, Rendered};
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// What the client gave to be told whether something has changed, and what an answer depends on.
pub struct Asked<'a> {
    pub headers: &'a HeaderMap,
    /// Whether `Accept` chooses among forms of the answer.
    pub has_forms: bool,
}

impl Asked<'_> {
    /// A GET's answer: 304 without a body where the client has it already.
    pub fn respond(&self, mut rendered: Rendered) -> Response {
        let retrieved_at = rendered.remove(RETRIEVED_AT);
        // The map is sorted, so that the same answer has the same text.
        let tag = strong(&serde_json::to_vec(&rendered).unwrap_or_default());
        if let Some(at) = retrieved_at {
            rendered.insert(RETRIEVED_AT.to_owned(), at);
        }
        self.tagged(&tag, || Json(Value::Object(rendered)).into_response())
    }

    /// The same for an answer that is a text of this `Content-Type`.
    pub fn respond_text(&self, content_type: &'static str, text: String) -> Response {
        let tag = strong(text.as_bytes());
        self.tagged(&tag, || ([(header::CONTENT_TYPE, content_type)], text).into_response())
    }

    fn tagged(&self, tag: &str, whole: impl FnOnce() -> Response) -> Response {
        let known = is_known(self.headers, tag);
        let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { whole() };
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(tag) {
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
        Asked { headers: &asked, has_forms: false }.respond(rendered)
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
