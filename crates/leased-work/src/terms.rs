use std::time::Duration;

/// How long leases hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// How long a claimed piece is its holder's without a sign of life.
    pub lease: Duration,
    /// How long after a lease's end another worker takes it over: by then its holder has stopped.
    pub margin: Duration,
}

impl LeaseTerms {
    /// The margin is a tenth of the lease, from 0.1 to 3 seconds.
    pub fn new(lease: Duration) -> Self {
        let margin = (lease / 10).clamp(Duration::from_millis(100), Duration::from_secs(3));
        Self { lease, margin }
    }

    /// How long leases are watched that seem to have lapsed, before they are taken over: the clock that they are kept by
    /// may have been set forward, and a holder that is alive extends them within a third of their time.
    pub fn watch(self) -> Duration {
        self.lease / 3 + self.margin
    }
}
