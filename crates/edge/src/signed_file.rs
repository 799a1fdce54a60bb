//! What files behind signed addresses share. The signature stands for the permission; no sign-in is needed.

use crate::rest::RestError;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

/// Should a browser ever take a file for a page, nothing of it runs.
pub const NOTHING_RUNS: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// What makes an address one that opens. `Default`: it opens nothing.
#[derive(Default, Deserialize)]
pub struct Signed {
    pub exp: Option<i64>,
    pub sig: Option<String>,
}

/// A signature that cannot be read opens nothing, as one that is missing.
pub fn read_signature(query: Result<Query<Signed>, QueryRejection>) -> Signed {
    query.map(|Query(signed)| signed).unwrap_or_default()
}

/// The refusal of every method but GET and HEAD.
pub fn refuse_method(method: &Method) -> Option<Response> {
    let reads = method == Method::GET || method == Method::HEAD;
    let refusal = || RestError::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", "Use GET.");
    (!reads).then(|| ([(header::ALLOW, "GET, HEAD")], refusal()).into_response())
}
