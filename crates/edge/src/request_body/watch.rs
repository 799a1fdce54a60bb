//! What a body and the handler that reads it know of each other.

use super::fault::BodyFault;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Found among the extensions of every request that has a body.
#[derive(Debug)]
pub struct BodyWatch {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    until: Instant,
    fault: Option<BodyFault>,
}

impl BodyWatch {
    /// Of a body that must have arrived at `until`.
    pub fn new(until: Instant) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State { until, fault: None }) })
    }

    /// Lets the body arrive until `limit` from now, in place of the time that every request has.
    pub fn allow(&self, limit: Duration) {
        self.state.lock().until = Instant::now() + limit;
    }

    /// Why the body was not read to its end.
    pub fn fault(&self) -> Option<BodyFault> {
        self.state.lock().fault
    }

    /// When waiting for the body ends, and why.
    pub(super) fn due(&self) -> (Instant, BodyFault) {
        (self.state.lock().until, BodyFault::Late)
    }

    pub(super) fn fail(&self, fault: BodyFault) {
        self.state.lock().fault.get_or_insert(fault);
    }
}
