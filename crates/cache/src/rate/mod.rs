//! How often something may be done, and how much may be asked for: counted for all nodes in Redis where there is one,
//! else in this process's memory. Where Redis does not answer, memory counts on: the true limit is then the setting times
//! the number of nodes.

mod allowance;
mod memory;
mod shared;

pub use allowance::{Allowance, BudgetLeft, Empty, Limited};
pub use shared::SharedBuckets;

use fanfare_domain::clock::Timestamp;
use memory::MemoryBuckets;

/// Counts against every limit: in Redis where there is one and it answers, else in memory.
pub struct RateLimiter {
    memory: MemoryBuckets,
    shared: Option<SharedBuckets>,
}

impl RateLimiter {
    /// `shared`: for the nodes of one database.
    pub fn new(shared: Option<SharedBuckets>) -> Self {
        Self { memory: MemoryBuckets::default(), shared }
    }

    /// Takes one of `per_minute`; [`Empty`] where none is left.
    pub async fn take(&self, what: Limited, per_minute: u32, now: Timestamp) -> Result<(), Empty> {
        self.take_from_each(&[Allowance { what, per_minute }], now).await
    }

    /// Takes one from each bucket, or, where one of them has none, nothing from any.
    pub async fn take_from_each(&self, from: &[Allowance], now: Timestamp) -> Result<(), Empty> {
        self.charge(from, 1, now).await.map(|_left| ())
    }

    /// Puts one back that was taken for something that, as it turned out, does not count.
    pub async fn put_back(&self, from: Allowance, now: Timestamp) {
        let from = [from];
        let counted_by_all = match &self.shared {
            Some(shared) => shared.put_back(&from).await,
            None => None,
        };
        if counted_by_all.is_none() {
            self.memory.put_back(&from, now);
        }
    }

    /// Takes `cost` from each bucket, or, where one holds less, nothing from any. A cost beyond what a bucket can hold
    /// takes all of it. Answers the state of the tightest.
    pub async fn charge(&self, from: &[Allowance], cost: u32, now: Timestamp) -> Result<BudgetLeft, Empty> {
        let counted_by_all = match &self.shared {
            Some(shared) => shared.charge(from, cost).await,
            None => None,
        };
        counted_by_all.unwrap_or_else(|| self.memory.charge(from, cost, now))
    }
}
