//! What a request gives, before its route reads it.

use super::RestError;
use axum::http::StatusCode;
use serde_json::{Map, Value};

/// What a request gives.
#[derive(Debug, Default)]
pub struct Given {
    pub path: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub body: Map<String, Value>,
    /// `Idempotency-Key`.
    pub key: Option<String>,
    /// Whether the route's other form is asked for.
    pub as_text: bool,
}

impl Given {
    /// A body of JSON: an object, or nothing at all.
    pub fn read_json(bytes: &[u8]) -> Result<Map<String, Value>, RestError> {
        let refused = |words: String| RestError::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", words);
        if bytes.is_empty() {
            return Ok(Map::new());
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(refused("The body must be a JSON object.".to_owned())),
            Err(error) => Err(refused(format!("The body is not JSON: {error}."))),
        }
    }
}
