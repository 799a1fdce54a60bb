//! What a database call can answer besides its result.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use fanfare_domain::post::{IllegalTransition, PostError};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use std::sync::Arc;

/// Ends a command's transaction: everything it wrote is undone.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Database(#[from] DieselError),
    /// The rules forbid the command.
    #[error("refused")]
    Refused(Vec<UserError>),
    /// The row is not there, or in another workspace.
    #[error("not found")]
    NotFound,
    /// The lease is no longer held: another node has taken over, and this one's result must change nothing.
    #[error("the lease is no longer held")]
    Fenced,
}

impl From<UserError> for CommandError {
    fn from(error: UserError) -> Self {
        Self::Refused(vec![error])
    }
}

impl From<IllegalTransition> for CommandError {
    fn from(error: IllegalTransition) -> Self {
        Self::Database(DieselError::SerializationError(Box::new(error)))
    }
}

impl From<PostError> for CommandError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Refused(error) => error.into(),
            PostError::Illegal(error) => error.into(),
        }
    }
}

/// The outcome of a command's transaction.
pub type CommandResult<T> = Result<T, CommandError>;

/// What a caller of the database must deal with.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection in time, or the connection broke: try again later.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    #[error("refused")]
    Refused(Vec<UserError>),
    #[error("not found")]
    NotFound,
    #[error("the lease is no longer held")]
    Fenced,
    /// A fault of ours.
    #[error("query failed: {0}")]
    Query(DieselError),
}

impl DbError {
    /// An error of one's own, from one that is shared with those who waited for the same read.
    pub fn of_shared(error: Arc<Self>) -> Self {
        Arc::try_unwrap(error).unwrap_or_else(|error| match &*error {
            Self::Unavailable(words) => Self::Unavailable(words.clone()),
            Self::NotFound => Self::NotFound,
            other => Self::Query(DieselError::QueryBuilderError(other.to_string().into())),
        })
    }
}

impl From<diesel_async::pooled_connection::bb8::RunError> for DbError {
    fn from(error: diesel_async::pooled_connection::bb8::RunError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Whether PostgreSQL was given what no text of it can hold: NUL. SQLite takes it.
fn is_unstorable(error: &DieselError) -> bool {
    let DieselError::DatabaseError(DatabaseErrorKind::Unknown, info) = error else { return false };
    info.message().contains("invalid byte sequence")
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        if is_unstorable(&error) {
            let words = "A text holds the character NUL; take it out.";
            return Self::Refused(vec![UserError::new(UserErrorCode::Invalid, "", words)]);
        }
        let gone = match &error {
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _)
            | DieselError::BrokenTransactionManager => true,
            // diesel gives a lost connection, a shutdown of the server and SQLite's busy no kind of their own.
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, info) => {
                let words = info.message();
                [
                    "connection",
                    "terminating",
                    "shutting down",
                    "starting up",
                    "recovery mode",
                    "locked",
                    "disk is full",
                    "disk I/O",
                ]
                .iter()
                .any(|sign| words.contains(sign))
            }
            _ => false,
        };
        if gone { Self::Unavailable(error.to_string()) } else { Self::Query(error) }
    }
}

impl From<CommandError> for DbError {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Database(error) => error.into(),
            CommandError::Refused(errors) => Self::Refused(errors),
            CommandError::NotFound => Self::NotFound,
            CommandError::Fenced => Self::Fenced,
        }
    }
}
