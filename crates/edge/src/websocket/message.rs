//! The protocol's messages.

use super::super::answer::Answer;
use super::super::problem::Problem;
use super::close::Close;
use async_graphql::ServerError;
use axum::extract::ws::Utf8Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest id of an operation, in bytes; clients use counters or UUIDs.
const MAX_ID_BYTES: usize = 128;

/// What a `next` message takes besides the id and the answer, in bytes.
const ROOM_AROUND: usize = 40;

/// What a client may say.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    ConnectionInit { payload: Option<Value> },
    Ping { payload: Option<Value> },
    Pong { payload: Option<Value> },
    Subscribe { id: String, payload: Value },
    Complete { id: String },
}

impl ClientMessage {
    /// Reads a message; what the protocol does not know closes the connection.
    pub fn read(text: &str) -> Result<Self, Close> {
        let message: Self = serde_json::from_str(text)
            .map_err(|error| Close::invalid_message(format!("Invalid message: {error}")))?;
        match &message {
            Self::Subscribe { id, .. } | Self::Complete { id }
                if id.is_empty() || id.len() > MAX_ID_BYTES =>
            {
                let reason = format!("Invalid message: an id has 1 to {MAX_ID_BYTES} bytes");
                Err(Close::invalid_message(reason))
            }
            Self::ConnectionInit { payload: Some(payload) }
            | Self::Ping { payload: Some(payload) }
            | Self::Pong { payload: Some(payload) }
                if !payload.is_object() =>
            {
                Err(Close::invalid_message("Invalid message: the payload is an object"))
            }
            Self::Subscribe { payload, .. } => match misshapen(payload) {
                Some(what) => Err(Close::invalid_message(format!("Invalid message: {what}"))),
                None => Ok(message),
            },
            _ => Ok(message),
        }
    }
}

/// Why the payload of a `subscribe` has not the form that the protocol gives it. `query` may be absent only where
/// `extensions` name a persisted one.
fn misshapen(payload: &Value) -> Option<&'static str> {
    let Some(payload) = payload.as_object() else { return Some("the payload is an object") };
    let given = |name: &str| payload.get(name).filter(|value| !value.is_null());
    if given("query").is_some_and(|query| !query.is_string()) {
        return Some("query is a text");
    }
    if given("operationName").is_some_and(|name| !name.is_string()) {
        return Some("operationName is a text");
    }
    if given("variables").is_some_and(|variables| !variables.is_object()) {
        return Some("variables is an object");
    }
    if given("extensions").is_some_and(|extensions| !extensions.is_object()) {
        return Some("extensions is an object");
    }
    (given("query").is_none() && given("extensions").is_none()).then_some("the payload has no query")
}

/// What the server says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage<'a> {
    ConnectionAck,
    Ping,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Value>,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

impl ServerMessage<'_> {
    /// The text of the frame.
    pub fn text(&self) -> Utf8Bytes {
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

/// The `next` message of an operation.
pub fn next(id: &str, answer: &Answer) -> Utf8Bytes {
    let mut text = Vec::with_capacity(answer.room() + id.len() + ROOM_AROUND);
    text.extend_from_slice(b"{\"type\":\"next\",\"id\":");
    // A text is always JSON.
    text.extend_from_slice(Value::from(id).to_string().as_bytes());
    text.extend_from_slice(b",\"payload\":");
    answer.write(&mut text);
    text.push(b'}');
    // JSON is UTF-8.
    String::from_utf8(text).unwrap_or_default().into()
}

/// The `error` message for an operation that is refused.
pub fn error(id: &str, problem: &Problem, request_id: &str) -> Utf8Bytes {
    ServerMessage::Error { id, payload: &problem.to_errors(request_id) }.text()
}
