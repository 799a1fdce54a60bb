//! How a step of the ledger went, as the engine reports it to the database.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::StepId;
use fanfare_domain::post::StepState;
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
    /// When its call ended, by the network's clock, where its outcome is unknown.
    pub network_ended_at: Option<Timestamp>,
}

impl Settlement {
    /// A settlement that tells nothing but the state.
    pub fn new(step_id: StepId, state: StepState) -> Self {
        Self {
            step_id,
            state,
            remote_id: None,
            url: None,
            evidence: None,
            memory_sealed: None,
            error: None,
            network_ended_at: None,
        }
    }
}
