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
    /// The disk of the database is full, or cannot be written: nothing was stored.
    #[error("the database cannot store data: {0}")]
    Full(String),
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
            Self::Full(words) => Self::Full(words.clone()),
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
        let DieselError::DatabaseError(kind, info) = &error else {
            return match error {
                DieselError::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
                DieselError::BrokenTransactionManager => Self::Unavailable(error.to_string()),
                error => Self::Query(error),
            };
        };
        match kind {
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Self::Unavailable(error.to_string())
            }
            DatabaseErrorKind::Unknown if says(info.message(), FULL) => Self::Full(error.to_string()),
            DatabaseErrorKind::Unknown if says(info.message(), GONE) => Self::Unavailable(error.to_string()),
            _ => Self::Query(error),
        }
    }
}

// diesel hands no SQLSTATE and no code of SQLite on, so what has no kind of its own is told by its words. That a
// connection broke is seen without them (`Watched::judge`), whatever language the server speaks.

/// PostgreSQL's 53100 with what its system says, SQLite's `SQLITE_FULL` and `SQLITE_IOERR`.
const FULL: &[&str] =
    &["No space left on device", "could not extend file", "quota exceeded", "disk is full", "disk I/O"];
/// PostgreSQL's 08..., 57P01, 57P02, 57P03, 53..., and a statement that took too long (57014); SQLite's `SQLITE_BUSY`.
const GONE: &[&str] = &[
    "connection",
    "terminating",
    "shutting down",
    "starting up",
    "recovery mode",
    "too many clients",
    "out of memory",
    "out of shared memory",
    "canceling statement",
    "locked",
];

fn says(message: &str, signs: &[&str]) -> bool {
    signs.iter().any(|sign| message.contains(sign))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: DatabaseErrorKind, words: &str) -> DbError {
        DieselError::DatabaseError(kind, Box::new(words.to_owned())).into()
    }

    #[test]
    fn an_outage_is_told_from_a_full_disk_and_from_a_fault_of_ours() {
        for words in [
            "terminating connection due to administrator command",
            "the database system is starting up",
            "sorry, too many clients already",
            "database is locked",
        ] {
            assert!(matches!(told(DatabaseErrorKind::Unknown, words), DbError::Unavailable(_)), "{words}");
        }
        let closed = told(DatabaseErrorKind::UnableToSendCommand, "connection closed");
        assert!(matches!(closed, DbError::Unavailable(_)));
        for words in [
            "could not extend file \"base/1/2\": No space left on device",
            "database or disk is full",
            "disk I/O error",
        ] {
            assert!(matches!(told(DatabaseErrorKind::Unknown, words), DbError::Full(_)), "{words}");
        }
        assert!(matches!(told(DatabaseErrorKind::Unknown, "no such table: posts"), DbError::Query(_)));
        assert!(matches!(told(DatabaseErrorKind::UniqueViolation, "locked"), DbError::Query(_)));
    }
}
