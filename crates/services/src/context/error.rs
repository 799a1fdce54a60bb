//! The one error of this layer: what the user sees and what the log gets are separate.

use fanfare_cache::rate::Empty;
use fanfare_domain::clock::whole_seconds;
use fanfare_domain::user_error::UserError;
use fanfare_storage::DbError;
use std::time::Duration;

/// Why a service did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Nobody is signed in.
    #[error("sign in first")]
    Unauthenticated,
    /// Nobody is signed in, because the token that came along is not accepted. Says why.
    #[error("{0}")]
    TokenRefused(String),
    /// The role does not allow it.
    #[error("{0}")]
    Forbidden(String),
    /// Not there, or in another workspace: the two are not distinguished.
    #[error("not found")]
    NotFound,
    /// The input must be fixed.
    #[error("invalid input")]
    User(Vec<UserError>),
    /// Too often.
    #[error("too many requests")]
    RateLimited {
        retry_after: Duration,
        /// How often a minute it may be done.
        limit: u32,
    },
    /// The cursor is older than what is kept for replay.
    #[error("the cursor is too old; start again without one")]
    CursorTooOld,
    /// A dependency does not answer: try again later. The words are for the log.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A disk is full, or cannot be written: nothing was stored. The words are for the log.
    #[error("cannot store data: {0}")]
    Full(String),
    /// A fault of ours. The words are for the log.
    #[error("internal: {0}")]
    Internal(anyhow::Error),
}

/// A [`ServiceError`] as callers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicError {
    /// For programs, in upper case.
    pub code: &'static str,
    pub message: String,
    /// Seconds until it is worth trying again.
    pub retry_after: Option<u64>,
    /// How often a minute what was refused may be done.
    pub limit: Option<u32>,
}

impl ServiceError {
    /// What callers see. What only the log may know is logged here.
    pub fn disclose(&self) -> PublicError {
        let shown = |code, message: &str| PublicError {
            code,
            message: message.to_owned(),
            retry_after: None,
            limit: None,
        };
        match self {
            Self::Unauthenticated => shown("UNAUTHENTICATED", "Sign in first."),
            Self::TokenRefused(message) => shown("UNAUTHENTICATED", message),
            Self::Forbidden(message) => shown("FORBIDDEN", message),
            Self::NotFound => shown("NOT_FOUND", "There is no such object in this workspace."),
            Self::User(errors) => {
                let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
                shown("BAD_USER_INPUT", &messages.join(" "))
            }
            Self::RateLimited { retry_after, limit } => {
                let seconds = whole_seconds(*retry_after).max(1);
                let message = format!("Too many requests; try again in {seconds} s.");
                let shown = shown("RATE_LIMITED", &message);
                PublicError { retry_after: Some(seconds), limit: Some(*limit), ..shown }
            }
            Self::CursorTooOld => shown(
                "CURSOR_TOO_OLD",
                "The cursor is older than what is kept for replay; read the lists and subscribe without one.",
            ),
            Self::Unavailable(cause) => {
                tracing::warn!(%cause, "a dependency is unavailable");
                shown("UNAVAILABLE", "The server cannot do this right now; try again.")
            }
            Self::Full(cause) => {
                tracing::error!(%cause, "a disk is full or fails");
                let words = "The server cannot store data right now; try again later.";
                shown("UNAVAILABLE", words)
            }
            Self::Internal(cause) => {
                tracing::error!(error = format!("{cause:#}"), "internal error");
                shown("INTERNAL", "Something went wrong on the server.")
            }
        }
    }
}

/// The outcome of a service.
pub type ServiceResult<T> = Result<T, ServiceError>;

/// Refuses an input of which anything is wrong.
pub(crate) fn refuse(errors: Vec<UserError>) -> ServiceResult<()> {
    if errors.is_empty() { Ok(()) } else { Err(ServiceError::User(errors)) }
}

impl From<UserError> for ServiceError {
    fn from(error: UserError) -> Self {
        Self::User(vec![error])
    }
}

impl From<DbError> for ServiceError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(words) => Self::Unavailable(words),
            DbError::Full(words) => Self::Full(words),
            DbError::Refused(errors) => Self::User(errors),
            DbError::NotFound => Self::NotFound,
            DbError::Fenced | DbError::Query(_) => Self::Internal(error.into()),
        }
    }
}

impl From<Empty> for ServiceError {
    fn from(Empty { limit, retry_after }: Empty) -> Self {
        Self::RateLimited { retry_after, limit }
    }
}
