//! How a step and a target went, as the engine tells the database.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::StepId;
use fanfare_domain::post::{StepState, TargetErrorCode};
use serde_json::Value;

/// How a step of the ledger went.
#[derive(Clone, Debug, PartialEq)]
pub struct Settlement {
    pub step_id: StepId,
    pub state: StepState,
    pub remote_id: Option<String>,
    pub url: Option<String>,
    pub evidence: Option<Value>,
    pub memory_sealed: Option<String>,
    pub error: Option<String>,
}

impl Settlement {
    /// A settlement that tells nothing but the state.
    pub fn new(step_id: StepId, state: StepState) -> Self {
        Self { step_id, state, remote_id: None, url: None, evidence: None, memory_sealed: None, error: None }
    }
}

/// How a run of a job ends for its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Published {
        external_id: Option<String>,
        url: Option<String>,
    },
    /// Finally failed; `step` is the ledger step that failed. `counted`: the failure is an attempt of its own.
    Failed {
        code: TargetErrorCode,
        message: String,
        step: Option<String>,
        counted: bool,
    },
    /// To be taken up again at a time. `counted`: it was an attempt that failed; `charge_again`: what was sent surely
    /// had no effect, so that sending it again is a publication of its own for the budgets.
    Again {
        at: Timestamp,
        counted: bool,
        charge_again: bool,
        error: Option<(TargetErrorCode, String)>,
    },
    /// The network can be neither asked nor keyed.
    NeedsReview {
        message: String,
    },
    /// Deleted on the network.
    Deleted,
}

impl Outcome {
    /// A word for logs and metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Published { .. } => "published",
            Self::Failed { .. } => "failed",
            Self::Again { .. } => "again",
            Self::NeedsReview { .. } => "needs_review",
            Self::Deleted => "deleted",
        }
    }
}
