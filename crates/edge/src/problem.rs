//! A request that is refused before it is executed, as a GraphQL error.
//!
//! Codes: those of every resolver (`UNAUTHENTICATED`, `BAD_USER_INPUT`, ..) and, of the edge alone,
//! `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`, `PERSISTED_QUERY_NOT_FOUND` and `SLOW_CONSUMER`.

use super::gateway::{AuthFailure, OverBudget};
use crate::rest::RestError;
use async_graphql::{ErrorExtensionValues, Pos, ServerError};
use axum::http::StatusCode;
use fanfare_operation::{Fault, Refused};
use fanfare_query_limits::Refusal;

/// The longest message that leaves the server, in bytes. A message may quote what the client sent.
pub const MAX_MESSAGE: usize = 300;

/// What is wrong, with the HTTP status it has where the transport can show one.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    /// `extensions.code`.
    pub code: &'static str,
    pub message: String,
    pub locations: Vec<Pos>,
    /// What else is wrong with a document, under the same code.
    pub others: Box<[Fault]>,
    /// Seconds.
    pub retry_after: Option<u64>,
    /// What a minute allows of what there was too much of.
    pub limit: Option<u64>,
    /// The request is well-formed and only its document is at fault: `application/json` answers it with 200.
    pub document: bool,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message = bounded(message.into());
        Self {
            status,
            code,
            message,
            locations: Vec::new(),
            others: Box::default(),
            retry_after: None,
            limit: None,
            document: false,
        }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message)
    }

    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", INTERNAL_MESSAGE)
    }

    pub fn timeout() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "TIMEOUT", "The operation took too long")
    }

    pub fn too_large(what: &str, limit: u64) -> Self {
        let message = format!("{what} is too large: the limit is {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "BAD_USER_INPUT", message)
    }

    /// The words and the code are the protocol's: clients compare them and send the text.
    pub fn persisted_query_not_found() -> Self {
        Self::new(StatusCode::OK, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    }

    /// A document that is not executed.
    pub fn document(code: &'static str, message: impl Into<String>) -> Self {
        Self { document: true, ..Self::new(StatusCode::BAD_REQUEST, code, message) }
    }

    /// The `errors` list.
    pub fn to_errors(&self, request_id: &str) -> Vec<ServerError> {
        let first = self.to_error(self.message.clone(), &self.locations, request_id);
        let others = self
            .others
            .iter()
            .map(|it| self.to_error(bounded(it.message.clone()), &it.locations, request_id));
        std::iter::once(first).chain(others).collect()
    }

    fn to_error(&self, message: String, locations: &[Pos], request_id: &str) -> ServerError {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code);
        extensions.set("requestId", request_id);
        if let Some(seconds) = self.retry_after {
            extensions.set("retryAfter", seconds);
        }
        if let Some(limit) = self.limit {
            extensions.set("limit", limit);
        }
        let mut error = ServerError::new(message, None);
        error.locations = locations.to_vec();
        error.extensions = Some(extensions);
        error
    }
}

/// All that a client learns of a fault of the server.
pub const INTERNAL_MESSAGE: &str = "Internal error";

/// Cuts a message to [`MAX_MESSAGE`].
pub fn bounded(mut message: String) -> String {
    if message.len() > MAX_MESSAGE {
        message.truncate(message.floor_char_boundary(MAX_MESSAGE - 3));
        message.push_str("...");
    }
    message
}

impl From<Problem> for RestError {
    fn from(problem: Problem) -> Self {
        Self::new(problem.status, problem.code, problem.message)
            .retry_after(problem.retry_after)
            .limit(problem.limit)
    }
}

impl From<AuthFailure> for Problem {
    fn from(failure: AuthFailure) -> Self {
        match failure {
            AuthFailure::Invalid | AuthFailure::Expired => {
                Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", failure.to_string())
            }
            AuthFailure::Unavailable => Self {
                retry_after: Some(1),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", failure.to_string())
            },
        }
    }
}

impl From<OverBudget> for Problem {
    fn from(over: OverBudget) -> Self {
        let message = format!(
            "Your operations cost more than the {} points a minute that you may use: try again in {} s",
            over.limit, over.retry_after
        );
        let (retry_after, limit) = (Some(over.retry_after), Some(over.limit.into()));
        Self { retry_after, limit, ..Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message) }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::document(refusal.code(), refusal.to_string())
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let mut faults = refused.faults.into_iter();
        let first = faults.next().map(|fault| (fault.message, fault.locations));
        let (message, locations) = first.unwrap_or_default();
        Self { locations, others: faults.collect(), ..Self::document(refused.code, message) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_problem_says_more_than_its_bound(message in prop_oneof![any::<String>(), "[é語🦀]{90,400}"]) {
            let problem = Problem::bad_request(message.clone());
            prop_assert!(problem.message.len() <= MAX_MESSAGE);
            prop_assert!(message.len() > MAX_MESSAGE || problem.message == message);
        }

        #[test]
        fn each_fault_of_a_document_is_an_error_with_a_bounded_message(
            messages in prop::collection::vec(prop_oneof![any::<String>(), "[é語🦀]{90,400}"], 1..4),
        ) {
            let faults = messages.iter().map(|it| Fault::new(it.clone(), Pos { line: 1, column: 2 })).collect();
            let errors = Problem::from(Refused { code: "GRAPHQL_VALIDATION_FAILED", faults }).to_errors("id");
            prop_assert_eq!(errors.len(), messages.len());
            for error in errors {
                prop_assert!(error.message.len() <= MAX_MESSAGE, "{}", error.message);
                prop_assert_eq!(error.locations, [Pos { line: 1, column: 2 }]);
            }
        }
    }
}
