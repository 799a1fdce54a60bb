//! Why a file is not accepted.

use fanfare_domain::user_error::UserError;
use std::io;

#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The file is too large, of a type that is not accepted, or damaged.
    #[error("refused")]
    Refused(UserError),
    /// The disk is full or broken: try again later.
    #[error("the media store: {0}")]
    Store(#[from] io::Error),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(anyhow::Error),
}

/// The outcome of looking at a file.
pub type MediaResult<T> = Result<T, MediaError>;

impl From<UserError> for MediaError {
    fn from(error: UserError) -> Self {
        Self::Refused(error)
    }
}
