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

/// What a client may say.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    ConnectionInit { payload: Option<Value> },
    Ping { payload: Option<Value> },
    Pong {},
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
            Self::ConnectionInit { payload: Some(payload) } | Self::Ping { payload: Some(payload) }
                if !payload.is_object() =>
            {
                Err(Close::invalid_message("Invalid message: the payload is an object"))
            }
            _ => Ok(message),
        }
    }
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
    Next {
        id: &'a str,
        payload: &'a Answer,
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

/// The `error` message for an operation that is refused.
pub fn error(id: &str, problem: &Problem, request_id: &str) -> Utf8Bytes {
    ServerMessage::Error { id, payload: &[problem.to_error(request_id)] }.text()
}
