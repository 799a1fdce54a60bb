//! What a body and the handler that reads it know of each other.

use super::budget::Lease;
use super::fault::BodyFault;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The least that must arrive of a body.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// So many bytes ..
    pub bytes: usize,
    /// .. in every such time.
    pub within: Duration,
}

/// Found among the extensions of every request that has a body. Its bytes count as held until it is dropped.
#[derive(Debug)]
pub struct BodyWatch {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    lease: Lease,
    /// False where bytes are not kept: they go to a file, or nowhere.
    is_held: bool,
    until: Instant,
    pace: Option<Pace>,
    fault: Option<BodyFault>,
}

impl BodyWatch {
    /// Of a body that must have arrived at `until`.
    pub fn new(lease: Lease, until: Instant) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State { lease, is_held: true, until, pace: None, fault: None }) })
    }

    /// For a body that goes to a file as it arrives: it may take until `limit` from now at this pace, in place of the
    /// time that every request has, and is not counted as held. Its reader keeps no more than small parts of it.
    pub fn stream(&self, limit: Duration, pace: Pace) {
        let mut state = self.state.lock();
        state.until = Instant::now() + limit;
        state.pace = Some(pace);
        state.is_held = false;
    }

    /// For a body of which nothing is kept any more.
    pub fn discard(&self) {
        let mut state = self.state.lock();
        state.is_held = false;
        state.lease.give_back();
    }

    /// Why the body was not read to its end.
    pub fn fault(&self) -> Option<BodyFault> {
        self.state.lock().fault
    }

    pub(super) fn pace(&self) -> Option<Pace> {
        self.state.lock().pace
    }

    /// When waiting for the body ends, and why. What is demanded in a time is waited for since `paced_from`.
    pub(super) fn due(&self, paced_from: Instant) -> (Instant, BodyFault) {
        let state = self.state.lock();
        let slow_at = state.pace.map(|pace| paced_from + pace.within);
        match slow_at.filter(|at| *at < state.until) {
            Some(at) => (at, BodyFault::Slow),
            None => (state.until, BodyFault::Late),
        }
    }

    pub(super) fn fail(&self, fault: BodyFault) {
        self.state.lock().fault.get_or_insert(fault);
    }

    /// Counts bytes that have arrived. After a refusal nothing is counted: what comes then is only read away.
    pub(super) fn hold(&self, bytes: usize) -> Result<(), BodyFault> {
        let mut state = self.state.lock();
        if !state.is_held {
            return Ok(());
        }
        let taken = state.lease.take(bytes);
        if let Err(fault) = taken {
            state.is_held = false;
            state.fault.get_or_insert(fault);
        }
        taken
    }
}
