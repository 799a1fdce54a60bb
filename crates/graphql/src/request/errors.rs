//! Errors as the schema shows them: user errors in payloads, everything else on top level with a code.

use async_graphql::{Error, ErrorExtensions as _, SimpleObject, Value, value};
use fanfare_domain::user_error::{self, UserErrorCode};
use fanfare_services::ServiceError;

/// A validation error: what to fix in an input.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct UserError {
    /// What is wrong and what to do.
    pub message: String,
    /// For programs; the first word names the area.
    pub code: UserErrorCode,
    /// The way to the field, such as `["input", "accountIds", "0"]`.
    pub path: Vec<String>,
}

impl From<user_error::UserError> for UserError {
    fn from(error: user_error::UserError) -> Self {
        Self { message: error.message, code: error.code, path: error.path }
    }
}

/// What is wrong with an argument, as payloads tell it of an input.
fn extension(error: &user_error::UserError) -> Value {
    let code = error.code.as_str().to_ascii_uppercase();
    value!({ "message": (error.message.as_str()), "code": code, "path": (error.path.clone()) })
}

/// A service's error as a top-level error. What only the log should know goes there.
pub fn top_level(error: ServiceError) -> Error {
    let shown = error.disclose();
    Error::new(shown.message).extend_with(|_, extensions| {
        extensions.set("code", shown.code);
        if let ServiceError::User(errors) = &error {
            extensions.set("userErrors", Value::List(errors.iter().map(extension).collect()));
        }
        if let (Some(retry_after), Some(limit)) = (shown.retry_after, shown.limit) {
            extensions.set("retryAfter", retry_after);
            extensions.set("limit", limit);
        }
    })
}
