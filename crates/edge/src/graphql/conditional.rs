//! GET: an answer that the client has already is not sent again.

use super::super::answer::Answer;
use super::super::entity_tag::is_known;
use super::super::gateway::RequestScope;
use super::super::media_type::MediaType;
use super::respond;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What an answer depends on. The language decides about texts such as `summary`.
const VARY: &str = "accept, accept-language, authorization, x-api-key";

/// The answer to a GET: 304 without a body where the client has its data, as `If-None-Match` says. An answer with an error
/// has no tag. `status`: of an answer that is sent.
pub fn respond_to_get(
    answer: &Answer,
    asked: &HeaderMap,
    scope: &RequestScope,
    media: MediaType,
    status: StatusCode,
) -> Response {
    let Some(known) = answer.faultless() else { return respond(answer.json(), scope, media, status) };
    // Weak: the extensions, which say what is left of the budget, are not in it.
    let tag = format!("W/\"{}\"", known.tag());
    let mut response = if is_known(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        respond(answer.json(), scope, media, status)
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    // Kept by the one who asked, who must ask whether it is still so.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
    response
}
