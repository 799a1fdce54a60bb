//! How often something may be done, and how much may be asked for: counted for all nodes in Redis where there is one,
//! else in this process's memory. Where Redis does not answer, memory counts on: the true limit is then the setting times
//! the number of nodes.

mod memory;
mod shared;

use fanfare_domain::budget::BudgetRule;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{ApiKeyId, UserId};
use memory::MemoryBuckets;
pub use shared::SharedBuckets;
use std::net::IpAddr;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

/// What is counted, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Limited {
    PostCreation(UserId),
    ConsentStart(UserId),
    MetricsRefresh(UserId),
    ExportCreation(UserId),
    Registration(IpAddr),
    /// A password tried for an address of a person, from an address of the network.
    SignIn(IpAddr, String),
    /// The same from anywhere.
    SignInAnywhere(String),
    /// A password that someone who is signed in shows once more.
    PasswordShown(UserId),
    /// Archives of what is kept of a person.
    PersonalData(UserId),
    /// A code tried, of an app or for recovery.
    SecondFactor(UserId),
    /// What operations of a user cost, whatever they sign in with.
    CostOfUser(UserId),
    CostOfKey(ApiKeyId),
    /// Of whoever is not signed in.
    CostOfAddress(IpAddr),
}

/// A bucket that holds what a minute allows, and fills evenly.
#[derive(Clone, Debug)]
pub struct Allowance {
    pub what: Limited,
    pub per_minute: u32,
}

impl Allowance {
    fn rule(&self) -> BudgetRule {
        BudgetRule { capacity: self.per_minute, per: MINUTE }
    }
}

/// The fullness of the bucket that has the least left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetLeft {
    /// What it holds when it is full.
    pub limit: u32,
    pub left: u32,
    /// Until it is full again.
    pub full_in: Duration,
}

impl BudgetLeft {
    fn of(rule: BudgetRule, tokens: f64) -> Self {
        let limit = f64::from(rule.capacity);
        let full_in = rule.per.mul_f64(((limit - tokens) / limit.max(1.0)).clamp(0.0, 1.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and a capacity, which is a u32"
        )]
        let left = tokens.clamp(0.0, limit).floor() as u32;
        Self { limit: rule.capacity, left, full_in }
    }
}

/// A bucket holds too little; nothing was taken from any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Empty {
    /// Of the bucket that is waited for longest.
    pub limit: u32,
    pub retry_after: Duration,
}

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
