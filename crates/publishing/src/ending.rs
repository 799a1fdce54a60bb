//! How a run of a publication or a deletion ends.

use fanfare_domain::post::Outcome;
use fanfare_storage::command::outcome::Settlement;

/// How a run ends: the last step's settlement, if it is not yet written, and what becomes of the target.
#[derive(Clone)]
pub struct Ending {
    pub settlement: Option<Settlement>,
    pub outcome: Outcome,
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        Self { settlement: None, outcome }
    }
}
