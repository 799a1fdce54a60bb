//! When a failed attempt is made again.

use std::time::Duration;

/// Exponential backoff with full jitter: a uniform time between zero and `base * 2^(attempt-1)`, capped, but never
/// before what the network asked for.
///
/// `attempt` counts from 1; `random` is uniform in `[0, 1)`.
pub fn backoff(
    attempt: u32,
    base: Duration,
    cap: Duration,
    random: f64,
    retry_after: Option<Duration>,
) -> Duration {
    let ceiling = base.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1).min(20))).min(cap);
    let jittered = ceiling.mul_f64(random.clamp(0.0, 1.0));
    retry_after.map_or(jittered, |asked| asked.max(jittered))
}

/// The wait before a publication is attempted again: it grows sixfold, and half of it is jitter, so that a few attempts
/// are spread over minutes.
///
/// `attempt` counts from 1; `random` is uniform in `[0, 1)`.
pub fn spread(attempt: u32, base: Duration, cap: Duration, random: f64) -> Duration {
    let longest = base.saturating_mul(6_u32.saturating_pow(attempt.saturating_sub(1).min(10))).min(cap);
    half_jitter(longest, random)
}

/// Between half of the wait and all of it.
pub fn half_jitter(wait: Duration, random: f64) -> Duration {
    wait.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_at_a_publication_are_spread_over_minutes() {
        let (base, cap) = (Duration::from_secs(10), Duration::from_mins(5));
        let longest = |attempt| spread(attempt, base, cap, 1.0);
        assert_eq!([1, 2, 3, 4].map(longest), [base, Duration::from_mins(1), cap, cap]);
        assert_eq!(spread(2, base, cap, 0.0), Duration::from_secs(30));
    }

    #[test]
    fn backoff_grows_is_capped_and_honours_retry_after() {
        let (base, cap) = (Duration::from_secs(2), Duration::from_mins(1));
        assert_eq!(backoff(1, base, cap, 1.0, None), Duration::from_secs(2));
        assert_eq!(backoff(3, base, cap, 0.5, None), Duration::from_secs(4));
        assert_eq!(backoff(30, base, cap, 1.0, None), cap);
        assert_eq!(backoff(1, base, cap, 0.0, Some(Duration::from_secs(90))), Duration::from_secs(90));
    }
}
