//! The engine's settings.

use fanfare_leased_work::LeaseTerms;
use std::time::Duration;

/// What the engine is told.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Jobs at work at the same time on this node.
    pub workers: usize,
    /// How long claimed work of any kind is this node's without a heartbeat.
    pub lease: Duration,
    /// Answers and failures of a network until a target fails.
    pub max_attempts: u32,
    pub backoff_base: Duration,
    pub backoff_cap: Duration,
    /// In place of the networks' own time after which a listing shows what was published.
    pub settle: Option<Duration>,
    /// The most pages of a network's listing that are read to find what was published.
    pub read_back_pages: u32,
    /// In place of the networks' own time between two looks at an inbox.
    pub inbox_poll: Option<Duration>,
    /// Waiting for a network ends this long after the due time.
    pub give_up_after: Duration,
    /// The shortest time between two looks at a publication's numbers ([`fanfare_domain::metrics::next_look`]).
    pub metrics_interval: Duration,
}

impl EngineOptions {
    /// How long leases hold, and when they are taken over.
    pub fn terms(&self) -> LeaseTerms {
        LeaseTerms::new(self.lease)
    }
}
