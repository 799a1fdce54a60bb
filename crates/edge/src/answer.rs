//! A GraphQL response as it leaves the server.

use super::problem::{INTERNAL_MESSAGE, Problem, bounded};
use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use axum::http::HeaderMap;
use fanfare_operation::{Shape, Written, settle_paths, write};
use fanfare_services::whole_answer::Known;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many errors of a document are told.
const MAX_DOCUMENT_ERRORS: usize = 20;
/// What the library says when an argument has the wrong form; anything else without a code is a fault.
const INPUT_MESSAGES: [&str; 3] = ["Failed to parse \"", "Expected input type \"", "Invalid value for "];
/// For the log.
const UNEXPLAINED: &str = "a value that must not be null is missing";

/// One response. `data` is absent where nothing was executed, as the specification wants.
#[derive(Debug, Default)]
pub struct Answer {
    pub errors: Vec<ServerError>,
    pub data: Option<Arc<Known>>,
    pub extensions: BTreeMap<String, Value>,
    /// Headers that resolvers want on the HTTP answer.
    pub headers: HeaderMap,
    /// Whether there was nothing to make it of but errors.
    is_failed: bool,
    /// Whether no field of the operation has a value.
    is_empty: bool,
}

impl Answer {
    pub fn refused(problem: &Problem, request_id: &str) -> Self {
        Self { errors: problem.to_errors(request_id), is_failed: true, is_empty: true, ..Self::default() }
    }

    /// Gives every error its code and the request id, and writes the data as the operation's `shape` says. What is a
    /// fault of the server is logged and loses its words.
    pub fn executed(mut response: Response, shape: &Shape, request_id: &str) -> Self {
        let is_refused = settle(&mut response, shape, request_id);
        let Response { mut errors, data, extensions, http_headers: headers, .. } = response;
        if is_refused {
            return Self { errors, data: None, extensions, headers, is_failed: true, is_empty: true };
        }
        // An event of which a field failed has an object here, whatever becomes of it in the answer: others follow it.
        let is_failed = data == Value::Null && !errors.is_empty();
        let Written { data, is_empty, unexplained, .. } = write(shape, &data, &errors);
        for path in unexplained {
            let mut error = ServerError::new(UNEXPLAINED, None);
            error.path = path;
            settle_paths(shape, std::slice::from_mut(&mut error));
            finish(&mut error, false, request_id);
            errors.push(error);
        }
        let data = Some(Arc::new(Known::new(data.into())));
        Self { errors, data, extensions, headers, is_failed, is_empty }
    }

    /// From data that are known already; the rest is the response's.
    pub fn known(known: Arc<Known>, rest: Response) -> Self {
        let Response { errors, extensions, http_headers: headers, .. } = rest;
        Self { errors, data: Some(known), extensions, headers, is_failed: false, is_empty: false }
    }

    /// The data, where nothing is wrong with them.
    pub fn faultless(&self) -> Option<&Arc<Known>> {
        self.data.as_ref().filter(|_| self.errors.is_empty())
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

    /// Whether it failed as a whole: of a subscription, no event follows it.
    pub fn is_failed(&self) -> bool {
        self.is_failed
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
        self.is_empty && self.errors.iter().any(|error| code_of(error).as_deref() == Some(code))
    }

    /// For metrics: `ok`, or the first error's code.
    pub fn outcome(&self) -> String {
        outcome(&self.errors)
    }

    /// The JSON of it.
    pub fn json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.room());
        self.write(&mut out);
        out
    }

    /// How many bytes its JSON is likely to take: most of an answer is its data.
    pub fn room(&self) -> usize {
        let rest = if self.errors.is_empty() && self.extensions.is_empty() { 16 } else { 256 };
        self.data.as_ref().map_or(0, |known| known.data().len()) + rest
    }

    /// Appends its JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let part = |out: &mut Vec<u8>, name: &str| {
            out.push(if out.len() == start { b'{' } else { b',' });
            out.extend_from_slice(name.as_bytes());
        };
        if !self.errors.is_empty() {
            part(out, "\"errors\":");
            append(out, &self.errors);
        }
        if let Some(data) = &self.data {
            part(out, "\"data\":");
            out.extend_from_slice(data.data());
        }
        if !self.extensions.is_empty() {
            part(out, "\"extensions\":");
            append(out, &self.extensions);
        }
        if out.len() == start {
            out.push(b'{');
        }
        out.push(b'}');
    }
}

/// The JSON of the answers of a batch.
pub fn batch_json(answers: &[Answer]) -> Vec<u8> {
    let mut out = vec![b'['];
    for (index, answer) in answers.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        answer.write(&mut out);
    }
    out.push(b']');
    out
}

/// Appends the JSON of what always has one.
fn append(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    let start = out.len();
    if let Err(error) = serde_json::to_writer(&mut *out, value) {
        tracing::error!(%error, "a part of an answer is no JSON");
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// Whether the library refused to execute anything.
pub fn is_refused(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// Finishes the errors of a response; whether nothing was executed.
pub fn settle(response: &mut Response, shape: &Shape, request_id: &str) -> bool {
    let is_refused = is_refused(response);
    if is_refused {
        response.errors.truncate(MAX_DOCUMENT_ERRORS);
    }
    settle_paths(shape, &mut response.errors);
    for error in &mut response.errors {
        finish(error, is_refused, request_id);
    }
    is_refused
}

/// For metrics: `ok`, or the first error's code.
pub fn outcome(errors: &[ServerError]) -> String {
    errors.first().map_or_else(|| "ok".to_owned(), |error| code_of(error).unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{PathSegment, value};
    use fanfare_operation::Preparer;
    use fanfare_query_limits::Limits;
    use serde_json::Map;

    /// The answer to an event of which the library tells `data` and that `id` failed.
    fn of_event(data: Value) -> Answer {
        let sdl = "type Query {a: Int} type Subscription {made: Made!} type Made {id: Int!}";
        let preparer = Preparer::new(sdl, Limits::default(), false).unwrap();
        let document = preparer.document("subscription {made {id}}").unwrap();
        let prepared = preparer.select(&document, None, Map::new()).unwrap();
        let mut error = ServerError::new("failed", None);
        error.path = ["made", "id"].map(|key| PathSegment::Field(key.to_owned())).to_vec();
        let mut response = Response::new(data);
        response.errors = vec![error];
        Answer::executed(response, prepared.form().shape(), "r")
    }

    #[test]
    fn an_event_that_is_null_for_a_field_that_failed_does_not_end_its_subscription() {
        let answer = of_event(value!({ "made": null }));
        let text = String::from_utf8(answer.json()).unwrap();
        assert!(!answer.is_failed() && text.ends_with(r#""data":null}"#), "{text}");
        assert!(of_event(Value::Null).is_failed());
    }
}
