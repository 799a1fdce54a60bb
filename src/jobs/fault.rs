//! What an error of a service means for leased work.

use fanfare_leased_work::WorkError;
use fanfare_services::ServiceError;
use fanfare_storage::DbError;

/// The same, as workers tell them apart.
pub fn fault(error: ServiceError) -> WorkError {
    match error {
        ServiceError::Unavailable(words) | ServiceError::Full(words) => WorkError::Unavailable(words),
        ServiceError::Internal(error) if matches!(error.downcast_ref::<DbError>(), Some(DbError::Fenced)) => {
            WorkError::Fenced
        }
        error => WorkError::Failed(Box::new(error)),
    }
}
