//! What time it is on a network, by its last answer.

use fanfare_domain::clock::Timestamp;
use fanfare_net::Reply;
use fanfare_platform_api::answered_at;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The last time that a network told, and when. Nothing that is done to our clock changes it.
#[derive(Debug, Default)]
pub(super) struct NetworkTime(Mutex<Option<(Instant, Timestamp)>>);

impl NetworkTime {
    /// Reads the time of an answer that has just arrived.
    pub fn note(&self, reply: &Reply) {
        if let Some(date) = answered_at(reply) {
            *self.reading() = Some((Instant::now(), date));
        }
    }

    /// The network's present, if it told its time within `max_age`.
    pub fn now(&self, max_age: Duration) -> Option<Timestamp> {
        let (at, date) = (*self.reading())?;
        let passed = at.elapsed();
        (passed <= max_age).then(|| date.plus(passed))
    }

    fn reading(&self) -> MutexGuard<'_, Option<(Instant, Timestamp)>> {
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
}
