//! A GraphQL response as it leaves the server.

use super::problem::{INTERNAL_MESSAGE, Problem, bounded};
use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use axum::http::HeaderMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many errors of a document are told.
const MAX_DOCUMENT_ERRORS: usize = 20;
/// What the library says when an argument or a variable has the wrong form; anything else without a code is a fault.
const INPUT_MESSAGES: [&str; 3] = ["Failed to parse \"", "Expected input type \"", "Invalid value for "];

/// The JSON of one response. `data` is absent where nothing was executed, as the specification wants.
#[derive(Debug, Default, Serialize)]
pub struct Answer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<String, Value>,
    /// Headers that resolvers want on the HTTP answer.
    #[serde(skip)]
    pub headers: HeaderMap,
}

impl Answer {
    pub fn refused(problem: &Problem, request_id: &str) -> Self {
        Self { errors: vec![problem.to_error(request_id)], ..Self::default() }
    }

    /// Gives every error its code and the request id. What is a fault of the server is logged and loses its words.
    pub fn executed(response: Response, request_id: &str) -> Self {
        let refused = response.data == Value::Null
            && !response.errors.is_empty()
            && response.errors.iter().all(|error| error.path.is_empty());
        let mut errors = response.errors;
        if refused {
            errors.truncate(MAX_DOCUMENT_ERRORS);
        }
        for error in &mut errors {
            finish(error, refused, request_id);
        }
        Self {
            errors,
            data: (!refused).then_some(response.data),
            extensions: response.extensions,
            headers: response.http_headers,
        }
    }

    /// Whether the document was found wrong, so that nothing ran.
    pub fn is_refused(&self) -> bool {
        self.data.is_none()
    }

    /// Whether nothing ran because the document, or its variables, are not valid.
    pub fn is_invalid(&self) -> bool {
        let codes = ["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "QUERY_TOO_COMPLEX"];
        let invalid = |error: &ServerError| code_of(error).is_some_and(|code| codes.contains(&code.as_str()));
        self.is_refused() && self.errors.iter().all(invalid)
    }

    /// Whether it carries errors and nothing else.
    pub fn is_failed(&self) -> bool {
        !self.errors.is_empty() && self.data.as_ref().is_none_or(|data| *data == Value::Null)
    }

    /// Whether nothing came of it because something that the server needs is down.
    pub fn is_unavailable(&self) -> bool {
        self.is_empty_for("UNAVAILABLE")
    }

    /// Whether nothing came of it because nobody is signed in.
    pub fn is_unauthenticated(&self) -> bool {
        self.is_empty_for("UNAUTHENTICATED")
    }

    /// Whether nothing came of it, and an error has this code.
    fn is_empty_for(&self, code: &str) -> bool {
        let empty = match &self.data {
            Some(Value::Object(fields)) => fields.values().all(|field| *field == Value::Null),
            Some(data) => *data == Value::Null,
            None => true,
        };
        empty && self.errors.iter().any(|error| code_of(error).as_deref() == Some(code))
    }

    /// For metrics: `ok`, or the first error's code.
    pub fn outcome(&self) -> String {
        self.errors.first().map_or_else(|| "ok".to_owned(), |error| code_of(error).unwrap_or_default())
    }
}

fn code_of(error: &ServerError) -> Option<String> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code.clone()),
        Value::Enum(code) => Some(code.to_string()),
        _ => None,
    }
}

fn finish(error: &mut ServerError, refused: bool, request_id: &str) {
    let code = code_of(error).unwrap_or_else(|| {
        let input = error.source.is_none() && INPUT_MESSAGES.iter().any(|m| error.message.starts_with(m));
        match (refused, input) {
            (true, _) => "GRAPHQL_VALIDATION_FAILED",
            (false, true) => "BAD_USER_INPUT",
            (false, false) => "INTERNAL",
        }
        .to_owned()
    });
    if code == "INTERNAL" {
        tracing::error!(request_id, path = ?error.path, error = error.message, "a resolver failed");
        INTERNAL_MESSAGE.clone_into(&mut error.message);
        error.extensions = None;
    }
    error.message = bounded(std::mem::take(&mut error.message));
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    extensions.set("code", code);
    extensions.set("requestId", request_id);
}
