//! Why the rest of a body is not read.

use crate::problem::Problem;
use axum::http::StatusCode;
use std::error::Error;

/// Why the rest of a body is not read. The body's reader gets it as an error of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    #[error("The body did not arrive in time")]
    Late,
}

impl BodyFault {
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
        match fault {
            BodyFault::Late => Self::new(StatusCode::REQUEST_TIMEOUT, "TIMEOUT", fault.to_string()),
        }
    }
}
