//! The id that names one request in logs, errors and the answer.

use axum::http::request::Parts;
use std::sync::Arc;

/// In the request's extensions.
#[derive(Clone, Debug)]
pub struct RequestId(pub Arc<str>);

/// The id that the middleware gave.
pub fn request_id(parts: &Parts) -> Arc<str> {
    parts.extensions.get::<RequestId>().map_or_else(|| Arc::from("none"), |id| Arc::clone(&id.0))
}
