//! What files behind signed addresses share. The signature stands for the permission; nobody has to sign in.

use crate::rest::RestError;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

/// Should a browser ever take a file for a page, nothing of it runs.
pub const NOTHING_RUNS: &str = "default-src 'none'; sandbox";

/// What makes an address one that opens.
#[derive(Deserialize)]
pub struct Signed {
    pub exp: Option<i64>,
    pub sig: Option<String>,
}

/// The refusal of every method but GET and HEAD.
pub fn refuse_method(method: &Method) -> Option<Response> {
    let reads = method == Method::GET || method == Method::HEAD;
    let refusal = || RestError::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", "Use GET.");
    (!reads).then(|| ([(header::ALLOW, "GET, HEAD")], refusal()).into_response())
}
