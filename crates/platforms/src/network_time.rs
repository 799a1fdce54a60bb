//! What time it is on a network, by its last answer.

use fanfare_domain::clock::Timestamp;
use fanfare_net::Reply;
use fanfare_platform_api::answered_at;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// The computer's clock runs ahead of the time that passes in this process by less, unless it was set or the computer was
/// suspended.
const TOGETHER: Duration = Duration::from_secs(2);

/// The last time that a network told, and when. Nothing that is done to our clock changes it.
#[derive(Debug, Default)]
pub(super) struct NetworkTime(Mutex<Option<Reading>>);

/// The network's time, and both of ours when it was told.
#[derive(Clone, Copy, Debug)]
struct Reading {
    date: Timestamp,
    at: Instant,
    clock: SystemTime,
}

impl Reading {
    /// The network's time at a later moment. `None`: the reading is older than `max_age`, or how old it is cannot be
    /// known, as the time that passes in a process stands still while the computer is suspended.
    fn later(self, at: Instant, clock: SystemTime, max_age: Duration) -> Option<Timestamp> {
        let passed = at.saturating_duration_since(self.at);
        let by_clock = clock.duration_since(self.clock).unwrap_or_default();
        let known = by_clock.saturating_sub(passed) <= TOGETHER;
        (known && passed <= max_age).then(|| self.date.plus(passed))
    }
}

impl NetworkTime {
    /// Reads the time of an answer that has just arrived.
    pub fn note(&self, reply: &Reply) {
        if let Some(date) = answered_at(reply) {
            *self.reading() = Some(Reading { date, at: Instant::now(), clock: SystemTime::now() });
        }
    }

    /// The network's present, if it told its time within `max_age` and the computer was not suspended since.
    pub fn now(&self, max_age: Duration) -> Option<Timestamp> {
        let reading = *self.reading();
        reading?.later(Instant::now(), SystemTime::now(), max_age)
    }

    fn reading(&self) -> MutexGuard<'_, Option<Reading>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, reply};

    #[test]
    fn a_network_tells_its_time_and_a_cache_how_long_it_kept_the_answer() {
        let time = NetworkTime::default();
        assert_eq!(time.now(Duration::MAX), None);
        time.note(&reply(404, &[("date", "Sun, 22 Nov 2026 12:00:00 GMT"), ("age", "90")], ""));
        let noon = at("2026-11-22T12:01:30Z");
        assert!(
            time.now(Duration::MAX)
                .is_some_and(|now| now >= noon && now.since(noon) < Duration::from_mins(1))
        );
        time.note(&reply(200, &[], ""));
        assert!(time.now(Duration::MAX).is_some());
    }
    #[test]
    fn a_reading_from_before_the_computer_was_suspended_is_of_no_use() {
        let (noon, at_noon, clock) = (at("2026-11-22T12:00:00Z"), Instant::now(), SystemTime::now());
        let (minute, hour) = (Duration::from_mins(1), Duration::from_hours(1));
        let reading = Reading { date: noon, at: at_noon, clock };
        let later =
            |passed: Duration, by_clock: Duration| reading.later(at_noon + passed, clock + by_clock, hour);
        assert_eq!(later(minute, minute), Some(noon.plus(minute)));
        assert_eq!(later(minute, hour), None, "suspended");
        assert_eq!(later(hour, minute), Some(noon.plus(hour)), "the clock was set back");
        assert_eq!(later(2 * hour, 2 * hour), None, "too old");
    }
}
