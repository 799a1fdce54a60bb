//! Token buckets: how much of something there may be in a time.

use super::clock::Timestamp;
use std::time::Duration;

/// A bucket that holds `capacity` tokens and is full again after `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetRule {
    pub capacity: u32,
    pub per: Duration,
}

/// Takes a token from a bucket that held `tokens` at `updated_at`. `Ok`: what is left; `Err`: when there will be one.
pub fn take(rule: BudgetRule, tokens: f64, updated_at: Timestamp, now: Timestamp) -> Result<f64, Timestamp> {
    take_many(rule, 1.0, tokens, updated_at, now)
}

/// Takes `wanted` tokens, or all that the bucket can hold where that is less.
pub fn take_many(
    rule: BudgetRule,
    wanted: f64,
    tokens: f64,
    updated_at: Timestamp,
    now: Timestamp,
) -> Result<f64, Timestamp> {
    let capacity = f64::from(rule.capacity);
    let per_token = rule.per.as_secs_f64() / capacity.max(1.0);
    let refilled = now.since(updated_at).as_secs_f64() / per_token.max(1e-9);
    let available = (tokens + refilled).min(capacity);
    let wanted = wanted.min(capacity);
    if available >= wanted {
        Ok(available - wanted)
    } else {
        Err(now.plus(Duration::from_secs_f64((wanted - available) * per_token)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_capacity_then_tells_when_the_next_token_comes() {
        let rule = BudgetRule { capacity: 2, per: Duration::from_secs(20) };
        let now = Timestamp::from_micros(1_000_000_000).unwrap();
        let one = take(rule, 2.0, now, now).unwrap();
        let none = take(rule, one, now, now).unwrap();
        assert_eq!(take(rule, none, now, now), Err(now.plus(Duration::from_secs(10))));
        assert!(take(rule, none, now, now.plus(Duration::from_secs(11))).is_ok());
    }
}
