//! The clock of a database that several servers share.

use super::{Clock, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Follows another computer's clock: its time as it was last read, and what has passed since by the monotonic clock.
/// Setting the clock of this computer changes nothing of it.
#[derive(Debug)]
pub struct FollowedClock {
    begin: Instant,
    /// The followed clock's time at `begin`, in microseconds since 1970.
    base: AtomicI64,
}

impl FollowedClock {
    /// What is finer cannot be read: two readings as far apart as this are the same.
    const TOLERANCE: Duration = Duration::from_millis(1);

    /// `time` was read by a question that began at `asked` and is answered now.
    pub fn new(asked: Instant, time: Timestamp) -> Self {
        let clock = Self { begin: asked, base: AtomicI64::new(time.micros()) };
        clock.observe(asked, asked.elapsed(), time);
        clock
    }

    /// `time` was read by a question that began at `asked` and took `took`. What the way of the answer explains changes
    /// nothing: the clock does not tremble.
    pub fn observe(&self, asked: Instant, took: Duration, time: Timestamp) {
        let passed = micros(asked.saturating_duration_since(self.begin) + took / 2);
        let base = time.micros().saturating_sub(passed);
        let apart = base.abs_diff(self.base.load(Ordering::Relaxed));
        if Duration::from_micros(apart) > took / 2 + Self::TOLERANCE {
            self.base.store(base, Ordering::Relaxed);
        }
    }

    fn at(&self, instant: Instant) -> Timestamp {
        let passed = micros(instant.saturating_duration_since(self.begin));
        let time = self.base.load(Ordering::Relaxed).saturating_add(passed);
        Timestamp::from_micros(time).unwrap_or(Timestamp(chrono::DateTime::<chrono::Utc>::MAX_UTC))
    }
}

impl Clock for FollowedClock {
    fn now(&self) -> Timestamp {
        self.at(Instant::now())
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn time(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).unwrap()
    }

    #[test]
    fn it_goes_on_between_readings_and_follows_a_clock_that_is_set() {
        let begin = Instant::now();
        let clock = FollowedClock::new(begin, time(1_000));
        clock.observe(begin, Duration::ZERO, time(1_000));
        assert_eq!(clock.at(begin + 7 * SECOND), time(1_007));
        for set in [4_610, 410] {
            clock.observe(begin + 10 * SECOND, Duration::ZERO, time(set));
            assert_eq!(clock.at(begin + 12 * SECOND), time(set + 2));
        }
    }

    #[test]
    fn a_slow_answer_does_not_move_it() {
        let begin = Instant::now();
        let clock = FollowedClock::new(begin, time(1_000));
        clock.observe(begin, Duration::ZERO, time(1_000));
        clock.observe(begin + SECOND, 4 * SECOND, time(1_001));
        assert_eq!(clock.at(begin + 10 * SECOND), time(1_010));
        clock.observe(begin + 10 * SECOND, 2 * SECOND, time(1_311));
        assert_eq!(clock.at(begin + 12 * SECOND), time(1_312));
    }
}
