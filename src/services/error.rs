//! The one error of this layer: what the user sees and what the log gets are told apart.

use crate::db::DbError;
use crate::domain::user_error::UserError;
use std::time::Duration;

/// Why a service did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Nobody is signed in.
    #[error("sign in first")]
    Unauthenticated,
    /// The role does not allow it.
    #[error("{0}")]
    Forbidden(String),
    /// Not there, or in another workspace: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// The input has to be put right.
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
    /// A fault of ours. The words are for the log.
    #[error("internal: {0}")]
    Internal(anyhow::Error),
}

/// The outcome of a service.
pub type ServiceResult<T> = Result<T, ServiceError>;

impl From<UserError> for ServiceError {
    fn from(error: UserError) -> Self {
        Self::User(vec![error])
    }
}

impl From<DbError> for ServiceError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(words) => Self::Unavailable(words),
            DbError::Refused(errors) => Self::User(errors),
            DbError::NotFound => Self::NotFound,
            DbError::Fenced | DbError::Query(_) => Self::Internal(error.into()),
        }
    }
}
