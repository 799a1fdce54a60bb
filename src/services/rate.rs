//! How often something may be done, counted in this process's memory: where several nodes serve, the true limit is the
//! setting times the number of nodes.

use super::{ServiceError, ServiceResult};
use crate::domain::budget::{BudgetRule, take};
use crate::domain::clock::Timestamp;
use crate::domain::id::UserId;
use moka::sync::Cache;
use parking_lot::Mutex;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
/// A bucket that nobody took from for this long is full: it can be forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(2);
const REMEMBERED: u64 = 100_000;

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
}

struct Bucket {
    tokens: f64,
    updated_at: Timestamp,
}

/// A token bucket for everything that is counted: it holds what a minute allows, and fills evenly.
pub struct RateLimiter {
    buckets: Cache<Limited, Arc<Mutex<Bucket>>>,
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self { buckets: Cache::builder().max_capacity(REMEMBERED).time_to_idle(FORGOTTEN_AFTER).build() }
    }
}

impl RateLimiter {
    /// Takes one of `per_minute`; [`ServiceError::RateLimited`] where none is left.
    pub fn take(&self, what: Limited, per_minute: u32, now: Timestamp) -> ServiceResult<()> {
        let full = || Arc::new(Mutex::new(Bucket { tokens: f64::from(per_minute), updated_at: now }));
        let bucket = self.buckets.get_with(what, full);
        let mut bucket = bucket.lock();
        // A clock that is set back must not fill the bucket a second time when it comes forward again.
        let now = now.max(bucket.updated_at);
        let rule = BudgetRule { capacity: per_minute, per: MINUTE };
        match take(rule, bucket.tokens, bucket.updated_at, now) {
            Ok(tokens) => {
                *bucket = Bucket { tokens, updated_at: now };
                Ok(())
            }
            Err(at) => Err(ServiceError::RateLimited { retry_after: at.since(now), limit: per_minute }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).unwrap()
    }

    fn take(limiter: &RateLimiter, user: i64, now: Timestamp) -> ServiceResult<()> {
        limiter.take(Limited::ConsentStart(UserId(user)), 2, now)
    }

    #[test]
    fn who_has_used_up_his_minute_is_told_when_to_come_back_and_others_are_not_held_up() {
        let limiter = RateLimiter::default();
        assert!(take(&limiter, 1, at(0)).is_ok() && take(&limiter, 1, at(0)).is_ok());
        let refusal = take(&limiter, 1, at(0));
        assert!(
            matches!(refusal, Err(ServiceError::RateLimited { retry_after, .. }) if retry_after == Duration::from_secs(30)),
            "{refusal:?}"
        );
        assert!(take(&limiter, 2, at(0)).is_ok());
        assert!(limiter.take(Limited::PostCreation(UserId(1)), 2, at(0)).is_ok());
        assert!(take(&limiter, 1, at(30)).is_ok());
        assert!(take(&limiter, 1, at(30)).is_err());
    }

    #[test]
    fn a_clock_that_is_set_back_gives_nothing_away() {
        let limiter = RateLimiter::default();
        assert!(take(&limiter, 1, at(1_000)).is_ok() && take(&limiter, 1, at(1_000)).is_ok());
        assert!(take(&limiter, 1, at(0)).is_err());
        assert!(take(&limiter, 1, at(1_001)).is_err());
        assert!(take(&limiter, 1, at(1_030)).is_ok());
    }
}
