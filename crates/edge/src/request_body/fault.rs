//! Why the rest of a body is not read.

use crate::problem::Problem;
use axum::http::StatusCode;
use std::error::Error;

/// Why the rest of a body is not read. The body's reader gets it as an error of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    #[error("The body did not arrive in time")]
    Late,
    #[error("The upload stands still: send it again over a faster connection")]
    Slow,
    #[error("Too much of your address's requests is under way: send it again when some of them are answered")]
    AddressFull,
    #[error("Too much of all requests is under way: send it again later")]
    ServerFull,
}

/// Seconds after which it is worth to send a body again.
const RETRY_AFTER: u64 = 2;

impl BodyFault {
    /// Whether the body could go on: there is only no room to keep it.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::AddressFull | Self::ServerFull)
    }

    /// The fault that `error` comes from, however often it was wrapped.
    pub fn behind(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(fault) = error.downcast_ref::<Self>() {
                return Some(*fault);
            }
            next = error.source();
        }
        None
    }
}

impl From<BodyFault> for Problem {
    fn from(fault: BodyFault) -> Self {
        let (status, code) = match fault {
            BodyFault::Late | BodyFault::Slow => (StatusCode::REQUEST_TIMEOUT, "TIMEOUT"),
            BodyFault::AddressFull => (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"),
            BodyFault::ServerFull => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
        };
        let retry_after = fault.is_refusal().then_some(RETRY_AFTER);
        Self { retry_after, ..Self::new(status, code, fault.to_string()) }
    }
}
