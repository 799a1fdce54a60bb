//! What an error of the database means for leased work.

use fanfare_leased_work::WorkError;
use fanfare_storage::DbError;

/// The same, as workers tell them apart.
pub fn fault(error: DbError) -> WorkError {
    match error {
        DbError::Fenced => WorkError::Fenced,
        DbError::Unavailable(words) | DbError::Full(words) => WorkError::Unavailable(words),
        error => WorkError::Failed(Box::new(error)),
    }
}
