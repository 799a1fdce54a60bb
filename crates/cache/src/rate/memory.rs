//! The buckets of this process.

use super::allowance::{Allowance, BudgetLeft, Empty, Limited, MINUTE};
use fanfare_domain::budget::take_many;
use fanfare_domain::clock::Timestamp;
use moka::sync::Cache;
use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;
use std::time::Duration;

/// A bucket that nobody took from for this long is full: it can be forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(2);
const REMEMBERED: u64 = 100_000;

struct Bucket {
    tokens: f64,
    updated_at: Timestamp,
}

/// The buckets of one node.
pub(super) struct MemoryBuckets(Cache<Limited, Arc<Mutex<Bucket>>>);

impl Default for MemoryBuckets {
    fn default() -> Self {
        const { assert!(FORGOTTEN_AFTER.as_secs() >= MINUTE.as_secs(), "a forgotten bucket is full") };
        Self(Cache::builder().max_capacity(REMEMBERED).time_to_idle(FORGOTTEN_AFTER).build())
    }
}

impl MemoryBuckets {
    fn bucket(&self, allowance: &Allowance, now: Timestamp) -> Arc<Mutex<Bucket>> {
        let full = Bucket { tokens: f64::from(allowance.per_minute), updated_at: now };
        self.0.get_with(allowance.what.clone(), || Arc::new(Mutex::new(full)))
    }

    /// Puts one back into each bucket.
    pub fn put_back(&self, from: &[Allowance], now: Timestamp) {
        for allowance in from {
            let bucket = self.bucket(allowance, now);
            let mut bucket = bucket.lock();
            bucket.tokens = (bucket.tokens + 1.0).min(f64::from(allowance.per_minute));
        }
    }

    pub fn charge(&self, from: &[Allowance], cost: u32, now: Timestamp) -> Result<BudgetLeft, Empty> {
        let buckets: Vec<Arc<Mutex<Bucket>>> =
            from.iter().map(|allowance| self.bucket(allowance, now)).collect();
        // Whoever takes from several names them in the same order: a user's, then their key's.
        let mut held: Vec<MutexGuard<'_, Bucket>> = buckets.iter().map(|bucket| bucket.lock()).collect();
        let mut taken = Vec::with_capacity(held.len());
        let mut empty: Option<Empty> = None;
        for (bucket, allowance) in held.iter().zip(from) {
            // A clock that is set back must not fill the bucket a second time when it comes forward again.
            let now = now.max(bucket.updated_at);
            match take_many(allowance.rule(), f64::from(cost), bucket.tokens, bucket.updated_at, now) {
                Ok(tokens) => taken.push(Bucket { tokens, updated_at: now }),
                Err(at) => {
                    let wait = Empty { limit: allowance.per_minute, retry_after: at.since(now) };
                    empty = empty.filter(|longest| longest.retry_after >= wait.retry_after).or(Some(wait));
                }
            }
        }
        if let Some(empty) = empty {
            return Err(empty);
        }
        let mut tightest: Option<BudgetLeft> = None;
        for ((bucket, allowance), taken) in held.iter_mut().zip(from).zip(taken) {
            let left = BudgetLeft::of(allowance.rule(), taken.tokens);
            tightest = tightest.filter(|least| least.left <= left.left).or(Some(left));
            **bucket = taken;
        }
        Ok(tightest.unwrap_or(BudgetLeft { limit: 0, left: 0, full_in: Duration::ZERO }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::id::{ApiKeyId, UserId};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).unwrap()
    }

    fn take(buckets: &MemoryBuckets, user: i64, now: Timestamp) -> Result<BudgetLeft, Empty> {
        buckets.charge(&[Allowance { what: Limited::ConsentStart(UserId(user)), per_minute: 2 }], 1, now)
    }

    #[test]
    fn who_has_used_up_his_minute_is_told_when_to_come_back_and_others_are_not_held_up() {
        let buckets = MemoryBuckets::default();
        assert!(take(&buckets, 1, at(0)).is_ok() && take(&buckets, 1, at(0)).is_ok());
        assert_eq!(take(&buckets, 1, at(0)), Err(Empty { limit: 2, retry_after: Duration::from_secs(30) }));
        assert!(take(&buckets, 2, at(0)).is_ok());
        let other = Allowance { what: Limited::PostCreation(UserId(1)), per_minute: 2 };
        assert!(buckets.charge(&[other], 1, at(0)).is_ok());
        assert!(take(&buckets, 1, at(30)).is_ok());
        assert!(take(&buckets, 1, at(30)).is_err());
    }

    #[test]
    fn a_clock_that_is_set_back_gives_nothing_away() {
        let buckets = MemoryBuckets::default();
        assert!(take(&buckets, 1, at(1_000)).is_ok() && take(&buckets, 1, at(1_000)).is_ok());
        assert!(take(&buckets, 1, at(0)).is_err());
        assert!(take(&buckets, 1, at(1_001)).is_err());
        assert!(take(&buckets, 1, at(1_030)).is_ok());
    }

    #[test]
    fn a_cost_is_taken_from_all_buckets_or_from_none_and_the_tightest_is_told() {
        let buckets = MemoryBuckets::default();
        let both = [
            Allowance { what: Limited::CostOfUser(UserId(1)), per_minute: 100 },
            Allowance { what: Limited::CostOfKey(ApiKeyId(1)), per_minute: 60 },
        ];
        let left = BudgetLeft { limit: 60, left: 10, full_in: Duration::from_secs(50) };
        assert_eq!(buckets.charge(&both, 50, at(0)), Ok(left));
        // The key's bucket holds 10, the user's 50: nothing is taken from the user's.
        assert!(buckets.charge(&both, 20, at(0)).is_err());
        assert_eq!(buckets.charge(&both[..1], 50, at(0)).map(|left| left.left), Ok(0));
    }

    #[test]
    fn what_is_put_back_can_be_taken_again_and_fills_no_bucket_beyond_its_size() {
        let buckets = MemoryBuckets::default();
        let allowance = [Allowance { what: Limited::ConsentStart(UserId(1)), per_minute: 2 }];
        assert!(take(&buckets, 1, at(0)).is_ok() && take(&buckets, 1, at(0)).is_ok());
        buckets.put_back(&allowance, at(0));
        assert!(take(&buckets, 1, at(0)).is_ok());
        assert!(take(&buckets, 1, at(0)).is_err());
        for _ in 0..5 {
            buckets.put_back(&allowance, at(0));
        }
        assert!(take(&buckets, 1, at(0)).is_ok() && take(&buckets, 1, at(0)).is_ok());
        assert!(take(&buckets, 1, at(0)).is_err());
    }

    #[test]
    fn what_costs_more_than_a_minute_allows_waits_for_a_full_bucket() {
        let buckets = MemoryBuckets::default();
        let small = [Allowance { what: Limited::CostOfUser(UserId(1)), per_minute: 10 }];
        assert_eq!(buckets.charge(&small, 1_000, at(0)).map(|left| left.left), Ok(0));
        assert_eq!(buckets.charge(&small, 1_000, at(0)).map_err(|e| e.retry_after), Err(MINUTE));
    }
}
