//! Errors outside GraphQL: `{"error": "<words>", "code": "<UPPER_SNAKE>", "fields": {"email": "<words>"}}`.

use super::names::snake_case;
use super::rate_headers::tell_rate;
use async_graphql::{ServerError, Value};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::ServiceError;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a client is told to wait for a dependency that is down, in seconds.
const RETRY_SECONDS: u64 = 2;

/// An answer that says what is wrong.
#[derive(Clone, Debug)]
pub struct RestError {
    pub status: StatusCode,
    body: Body,
    /// In seconds.
    retry_after: Option<u64>,
    /// How often a minute what was refused may be done.
    limit: Option<u64>,
}

/// The JSON of it.
#[derive(Clone, Debug, Serialize)]
pub struct Body {
    error: String,
    code: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, String>,
}

/// What is wrong with one value of a request.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub words: String,
}

impl Field {
    pub fn new(name: impl Into<String>, words: impl Into<String>) -> Self {
        Self { name: name.into(), words: words.into() }
    }
}

impl RestError {
    pub fn new(status: StatusCode, code: &str, words: impl Into<String>) -> Self {
        let body = Body { error: words.into(), code: code.to_owned(), fields: BTreeMap::new() };
        Self { status, body, retry_after: None, limit: None }
    }

    pub fn not_found(words: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", words)
    }

    /// Values that are not of the form that is asked for; each is named.
    pub fn invalid(fields: Vec<Field>) -> Self {
        let words: Vec<String> =
            fields.iter().map(|field| format!("{}: {}", field.name, field.words)).collect();
        Self::new(StatusCode::BAD_REQUEST, "INVALID", words.join(" ")).with_fields(fields)
    }

    /// Names the values that are at fault.
    #[must_use]
    pub fn with_fields(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.body.fields.extend(fields.into_iter().map(|field| (field.name, field.words)));
        self
    }

    /// When it is worth trying again, in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: Option<u64>) -> Self {
        Self { retry_after: seconds, ..self }
    }

    /// How often a minute what was refused may be done.
    #[must_use]
    pub fn limit(self, limit: Option<u64>) -> Self {
        Self { limit, ..self }
    }

    /// For programs, in upper case.
    pub fn code(&self) -> &str {
        &self.body.code
    }

    pub fn body(&self) -> &Body {
        &self.body
    }
}

/// A top-level error of an operation, by its `extensions.code`.
impl From<&ServerError> for RestError {
    fn from(error: &ServerError) -> Self {
        let extension = |name: &str| error.extensions.as_ref()?.get(name);
        let number = |name: &str| match extension(name) {
            Some(Value::Number(number)) => number.as_u64(),
            _ => None,
        };
        let code = match extension("code") {
            Some(Value::String(code)) => code.as_str(),
            _ => "INTERNAL",
        };
        // The library says first which type it was reading; that is no word of REST.
        let words = error.message.split_once("\": ").filter(|_| error.message.starts_with("Failed to parse"));
        let words = words.map_or(error.message.as_str(), |(_, words)| words);
        Self::top_level(code, words, number("retryAfter"), number("limit"))
    }
}

impl RestError {
    /// What GraphQL answers with a top-level error.
    fn top_level(code: &str, words: &str, retry_after: Option<u64>, limit: Option<u64>) -> Self {
        let status = match code {
            "UNAUTHENTICATED" => StatusCode::UNAUTHORIZED,
            "FORBIDDEN" => StatusCode::FORBIDDEN,
            "NOT_FOUND" => StatusCode::NOT_FOUND,
            "RATE_LIMITED" => StatusCode::TOO_MANY_REQUESTS,
            "UNAVAILABLE" => StatusCode::SERVICE_UNAVAILABLE,
            "INTERNAL" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let waits = status == StatusCode::SERVICE_UNAVAILABLE;
        let retry_after = retry_after.or_else(|| waits.then_some(RETRY_SECONDS));
        Self { retry_after, limit, ..Self::new(status, code, words) }
    }
}

impl From<ServiceError> for RestError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::User(errors) => user_errors(&errors),
            error => {
                let shown = error.disclose();
                Self::top_level(shown.code, &shown.message, shown.retry_after, shown.limit.map(u64::from))
            }
        }
    }
}

/// The first error gives status and code; each names its field.
fn user_errors(errors: &[UserError]) -> RestError {
    let code = errors.first().map_or(UserErrorCode::Invalid, |error| error.code);
    let words: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    let fields = errors.iter().filter_map(|error| {
        let field: Vec<String> = error.path.iter().skip(1).map(|part| snake_case(part)).collect();
        (!field.is_empty()).then(|| Field { name: field.join("."), words: error.message.clone() })
    });
    RestError::new(class_of(code), &code.as_str().to_ascii_uppercase(), words.join(" ")).with_fields(fields)
}

/// The status of a user error.
pub fn class_of(code: UserErrorCode) -> StatusCode {
    use UserErrorCode as C;
    match code {
        C::AuthCredentialsInvalid
        | C::AuthPasswordRequired
        | C::AuthRefreshTokenInvalid
        | C::SecondFactorRequired
        | C::SecondFactorInvalid
        | C::SecondFactorLocked => StatusCode::UNAUTHORIZED,
        C::NotFound => StatusCode::NOT_FOUND,
        C::MemberOwnersOnly | C::RegistrationClosed | C::InvitationForAnother | C::QuotaExceeded => {
            StatusCode::FORBIDDEN
        }
        C::AuthEmailTaken
        | C::Conflict
        | C::IdempotencyConflict
        | C::MemberExists
        | C::MemberLastOwner
        | C::MemberConsentRequired
        | C::InvitationInvalid
        | C::AccountConfirmationRequired
        | C::AccountAlreadyLinked
        | C::AccountMismatch
        | C::AccountNotActive
        | C::MediaInUse
        | C::PostStateForbids
        | C::InboxReplyStateForbids
        | C::SecondFactorOn
        | C::SecondFactorOff => StatusCode::CONFLICT,
        C::MediaTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        C::MediaTypeNotAllowed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::BAD_REQUEST,
    }
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
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            tell_rate(headers, self.limit, 0, self.retry_after.unwrap_or(1));
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
