use crate::Overdue;
use std::time::Duration;

/// How long leases hold, and when they are taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// How long a claimed piece is its holder's without a sign of life.
    pub lease: Duration,
    /// By how much the times of two processes may differ within a lease: what one does by its own, another waits for so
    /// much longer.
    pub margin: Duration,
}

impl LeaseTerms {
    /// The margin is a tenth of the lease, from 0.1 to 3 seconds.
    pub fn new(lease: Duration) -> Self {
        let margin = (lease / 10).clamp(Duration::from_millis(100), Duration::from_secs(3));
        Self { lease, margin }
    }

    /// Which leases are watched: a holder that is alive extends them within a third of their time. `alone`: nobody else
    /// works on the database, so that leases are kept by the time of this process, which nobody sets. Then their end and
    /// the margin are waited for, by when their holders have stopped.
    pub fn overdue(self, alone: bool) -> Overdue {
        let silent_for = if alone { self.lease } else { self.lease / 3 } + self.margin;
        Overdue { lease_for: self.lease, silent_for }
    }

    /// For how long a lease is watched before it is taken over, by this process's own time. The clock that leases end by
    /// may be set, and it decides nothing: a holder stops when a lease's whole time has passed in its process since the
    /// last extension, which was before the lease was seen as it is.
    pub fn patience(self, alone: bool) -> Duration {
        if alone { Duration::ZERO } else { self.lease + self.margin }
    }
}
