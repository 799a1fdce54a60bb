//! What is due, for the timetable.

use crate::fault::fault;
use fanfare_domain::clock::{FollowedClock, SharedClock, Timestamp};
use fanfare_leased_work::{Agenda, Look, WorkError};
use fanfare_storage::Db;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A clock that is set back by less is only being adjusted.
const ADJUSTED: Duration = Duration::from_secs(1);

/// The agenda of all kinds of work, in the database.
pub struct StoredAgenda {
    db: Db,
    clock: SharedClock,
    followed: Option<Arc<FollowedClock>>,
    last: Mutex<Option<Reading>>,
}

impl StoredAgenda {
    /// `followed`: the clock that follows the database's, where it has one of its own; each look reads it.
    pub fn new(db: Db, clock: SharedClock, followed: Option<Arc<FollowedClock>>) -> Self {
        Self { db, clock, followed, last: Mutex::default() }
    }

    /// Where the computer's clock was set back since the last look, what waits does so for as long as was meant.
    async fn keep_waits(&self) -> Result<(), WorkError> {
        let now = Reading { at: Instant::now(), time: self.clock.now() };
        let last = *self.last();
        if let Some(by) = last.and_then(|last| last.set_back(now)) {
            let waits = self.db.agenda().shorten_waits(by, now.time).await.map_err(fault)?;
            tracing::warn!(seconds = by.as_secs(), waits, "clock set back");
        }
        *self.last() = Some(now);
        Ok(())
    }

    fn last(&self) -> MutexGuard<'_, Option<Reading>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Agenda for StoredAgenda {
    async fn look(&self, counted: bool) -> Result<Look, WorkError> {
        if self.db.is_embedded() {
            self.keep_waits().await?;
        }
        let asked = Instant::now();
        let look = self.db.agenda().look(self.clock.now(), counted).await.map_err(fault)?;
        if let Some(followed) = &self.followed {
            followed.observe(asked, asked.elapsed(), look.now);
        }
        Ok(look)
    }
}

/// What the clock read, and when by the time that nobody sets.
#[derive(Clone, Copy)]
struct Reading {
    at: Instant,
    time: Timestamp,
}

impl Reading {
    /// By how much the clock was set back between this reading and a later one.
    fn set_back(self, later: Self) -> Option<Duration> {
        let expected = self.time.plus(later.at.saturating_duration_since(self.at));
        Some(expected.since(later.time)).filter(|by| *by > ADJUSTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_is_told_from_one_that_goes_on_or_is_set_forward() {
        let (at, second) = (Instant::now(), Duration::from_secs(1));
        let read = |passed: u32, time: i64| Reading {
            at: at + passed * second,
            time: Timestamp::from_micros(time * 1_000_000).unwrap(),
        };
        let first = read(0, 10_000);
        assert_eq!(first.set_back(read(5, 10_005)), None);
        assert_eq!(first.set_back(read(5, 10_004)), None);
        assert_eq!(first.set_back(read(5, 13_605)), None);
        assert_eq!(first.set_back(read(5, 6_405)), Some(3_600 * second));
    }
}
