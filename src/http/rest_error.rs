//! Errors outside GraphQL: `{"error": "<words>", "code": "<UPPER_SNAKE>", "fields": {"email": "<words>"}}`.

use super::problem::Problem;
use crate::domain::user_error::{UserError, UserErrorCode};
use crate::services::ServiceError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::collections::BTreeMap;

/// An answer that says what is wrong.
#[derive(Debug)]
pub struct RestError {
    pub status: StatusCode,
    body: Body,
    /// In seconds.
    retry_after: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Body {
    error: String,
    code: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, String>,
}

impl RestError {
    pub fn new(status: StatusCode, code: &str, words: impl Into<String>) -> Self {
        let body = Body { error: words.into(), code: code.to_owned(), fields: BTreeMap::new() };
        Self { status, body, retry_after: None }
    }

    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "Sign in first.")
    }

    pub fn not_found(words: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", words)
    }

    /// For programs, in upper case.
    pub fn code(&self) -> &str {
        &self.body.code
    }
}

impl From<Problem> for RestError {
    fn from(problem: Problem) -> Self {
        let retry_after = problem.retry_after;
        Self { retry_after, ..Self::new(problem.status, problem.code, problem.message) }
    }
}

impl From<ServiceError> for RestError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Unauthenticated => Self::unauthenticated(),
            ServiceError::Forbidden(words) => Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", words),
            ServiceError::NotFound => Self::not_found("There is no such object in this workspace."),
            ServiceError::User(errors) => user_errors(&errors),
            ServiceError::RateLimited { retry_after } => {
                let seconds = retry_after.as_secs().max(1);
                let words = format!("Too many requests; try again in {seconds} s.");
                let retry_after = Some(seconds);
                Self { retry_after, ..Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", words) }
            }
            ServiceError::CursorTooOld => {
                Self::new(StatusCode::BAD_REQUEST, "CURSOR_TOO_OLD", "The cursor is too old.")
            }
            ServiceError::Unavailable(cause) => {
                tracing::warn!(%cause, "a dependency is unavailable");
                let words = "The server cannot do this right now; try again.";
                let retry_after = Some(2);
                Self { retry_after, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", words) }
            }
            ServiceError::Internal(cause) => {
                tracing::error!(error = format!("{cause:#}"), "internal error");
                let words = "Something went wrong on the server.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", words)
            }
        }
    }
}

/// The first error gives status and code; each names its field.
fn user_errors(errors: &[UserError]) -> RestError {
    let code = errors.first().map_or(UserErrorCode::Invalid, |error| error.code);
    let words: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    let mut rest = RestError::new(status(code), &code.as_str().to_ascii_uppercase(), words.join(" "));
    for error in errors {
        let field: Vec<String> = error.path.iter().skip(1).map(|part| snake_case(part)).collect();
        if !field.is_empty() {
            rest.body.fields.insert(field.join("."), error.message.clone());
        }
    }
    rest
}

fn status(code: UserErrorCode) -> StatusCode {
    use UserErrorCode as C;
    match code {
        C::AuthCredentialsInvalid | C::AuthRefreshTokenInvalid => StatusCode::UNAUTHORIZED,
        C::NotFound => StatusCode::NOT_FOUND,
        C::MemberOwnersOnly => StatusCode::FORBIDDEN,
        C::AuthEmailTaken
        | C::IdempotencyConflict
        | C::MemberExists
        | C::MemberLastOwner
        | C::AccountConfirmationRequired
        | C::AccountMismatch
        | C::AccountNotActive
        | C::MediaInUse
        | C::PostStateForbids => StatusCode::CONFLICT,
        C::MediaTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        C::MediaTypeNotAllowed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// `workspaceName` is `workspace_name` to REST.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_errors_name_their_fields_and_the_first_decides() {
        let errors = vec![
            UserError::new(UserErrorCode::AuthEmailTaken, "email", "taken"),
            UserError::new(UserErrorCode::TooLong, "workspaceName", "long"),
        ];
        let rest = RestError::from(ServiceError::User(errors));
        assert_eq!((rest.status, rest.code()), (StatusCode::CONFLICT, "AUTH_EMAIL_TAKEN"));
        let body = serde_json::to_value(&rest.body).unwrap();
        let fields = serde_json::json!({ "email": "taken", "workspace_name": "long" });
        assert_eq!(
            body,
            serde_json::json!({ "error": "taken long", "code": "AUTH_EMAIL_TAKEN", "fields": fields })
        );
    }

    #[test]
    fn a_fault_says_nothing_of_its_cause() {
        let rest = RestError::from(ServiceError::Internal(anyhow::anyhow!("select * from planted")));
        assert_eq!(rest.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!rest.body.error.contains("planted"));
    }
}
