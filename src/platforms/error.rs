//! What a network's answer means for what is done next.

use crate::net::NetError;
use std::time::Duration;

/// A failed call. The words are the network's own where it gave any, never a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// The token is refused: refresh once, then the person has to reconnect.
    #[error("{message}")]
    Auth { message: String },
    /// Asked to wait; surely without effect.
    #[error("{message}")]
    RateLimited { retry_after: Option<Duration>, message: String },
    /// Failed, surely without effect: may be tried again.
    #[error("{message}")]
    Transient { message: String },
    /// The answer was lost or makes no sense: the call may have taken effect.
    #[error("{message}")]
    Unknown { message: String },
    /// Refused for good.
    #[error("{message}")]
    Rejected { message: String },
    /// What earlier steps prepared (a container, an upload) is no longer valid: start over from the first step.
    /// Surely without a public effect.
    #[error("{message}")]
    PreparationExpired { message: String },
}

impl From<NetError> for PlatformError {
    fn from(error: NetError) -> Self {
        match error {
            NetError::NotSent(message) => Self::Transient { message },
            NetError::AnswerLost(message) => Self::Unknown { message },
            NetError::Refused(message) => Self::Rejected { message },
        }
    }
}
