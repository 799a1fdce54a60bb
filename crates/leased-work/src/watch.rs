//! The watch over leases whose holders may be gone.

use crate::Lease;
use std::time::Duration;
use tokio::time::Instant;

/// The leases that are watched, each since it was first seen as it is. It holds as many as one look gives.
///
/// Only the time counts in which this process runs: where it stood still, a holder on the same machine did too, and is
/// to have its time to extend its lease.
#[derive(Debug)]
pub(crate) struct Watch<I> {
    /// For how long a lease is watched.
    patience: Duration,
    /// Between two looks, and between two readings of the time.
    step: Duration,
    /// How long this process has run, as far as it was read.
    run: Duration,
    /// When that was read.
    read: Instant,
    /// With how long the process had run when it was seen.
    seen: Vec<(Lease<I>, Duration)>,
    looked: Option<Instant>,
    look_at: Option<Instant>,
}

impl<I: Copy + PartialEq> Watch<I> {
    pub fn new(patience: Duration, step: Duration, now: Instant) -> Self {
        Self { patience, step, run: Duration::ZERO, read: now, seen: Vec::new(), looked: None, look_at: None }
    }

    /// Some lease is overdue: to be looked at, now or a step after the last look.
    pub fn call(&mut self, now: Instant) {
        let earliest = self.looked.map_or(now, |looked| looked + self.step);
        self.look_at = self.look_at.or(Some(earliest.max(now)));
    }

    /// When there is something to do; `None`: not before the next call.
    pub fn next(&self) -> Option<Instant> {
        let reading = self.seen.iter().map(|(_, since)| self.left(*since)).min().map(|left| {
            // What is over and still here could not be taken: again after a step.
            self.read + if left.is_zero() { self.step } else { left.min(self.step) }
        });
        reading.into_iter().chain(self.look_at).min()
    }

    /// Whether leases are to be looked at now; that look is then no longer asked for.
    pub fn takes_look(&mut self, now: Instant) -> bool {
        let due = self.look_at.is_some_and(|at| at <= now);
        if due {
            (self.look_at, self.looked) = (None, Some(now));
        }
        due
    }

    /// What a look has found, answered at `now`. What is not among it was extended or given back, or has its turn later.
    pub fn see(&mut self, found: Vec<Lease<I>>, now: Instant) {
        self.pass(now);
        let since =
            |lease: &Lease<I>| self.seen.iter().find(|(seen, _)| seen == lease).map(|(_, since)| *since);
        self.seen = found.into_iter().map(|lease| (lease, since(&lease).unwrap_or(self.run))).collect();
    }

    /// What was watched for long enough.
    pub fn over(&mut self, now: Instant) -> Vec<Lease<I>> {
        self.pass(now);
        let over = self.seen.iter().filter(|(_, since)| self.left(*since).is_zero());
        over.map(|(lease, _)| *lease).collect()
    }

    /// These are taken over, or were extended.
    pub fn forget(&mut self, leases: &[Lease<I>]) {
        self.seen.retain(|(seen, _)| !leases.contains(seen));
    }

    fn left(&self, since: Duration) -> Duration {
        (since + self.patience).saturating_sub(self.run)
    }

    fn pass(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.read);
        self.run += passed.min(2 * self.step);
        self.read = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::clock::Timestamp;

    const PATIENCE: Duration = Duration::from_secs(33);
    const STEP: Duration = Duration::from_secs(3);

    fn lease(token: i64, until: i64) -> Lease<i64> {
        Lease { id: 1, token, until: Timestamp::from_micros(until).unwrap() }
    }

    /// Reads the time whenever the watch asks for it, until `end`; answers what was over, and when.
    fn until(watch: &mut Watch<i64>, end: Instant) -> Option<(Vec<Lease<i64>>, Instant)> {
        while let Some(at) = watch.next().filter(|at| *at <= end) {
            let over = watch.over(at);
            if !over.is_empty() {
                return Some((over, at));
            }
        }
        None
    }

    #[test]
    fn a_lease_that_stays_as_it_was_seen_is_over_after_the_patience() {
        let begin = Instant::now();
        let mut watch = Watch::new(PATIENCE, STEP, begin);
        watch.see(vec![lease(1, 10)], begin);
        watch.see(vec![lease(1, 10)], begin + STEP);
        let over = until(&mut watch, begin + 2 * PATIENCE);
        assert_eq!(over, Some((vec![lease(1, 10)], begin + PATIENCE)));
        watch.forget(&[lease(1, 10)]);
        assert_eq!(watch.next(), None);
    }

    #[test]
    fn a_lease_that_was_extended_or_claimed_again_is_watched_from_its_beginning() {
        for changed in [lease(1, 20), lease(2, 10)] {
            let begin = Instant::now();
            let mut watch = Watch::new(PATIENCE, STEP, begin);
            watch.see(vec![lease(1, 10)], begin);
            assert_eq!(until(&mut watch, begin + 10 * STEP), None);
            watch.see(vec![changed], begin + 10 * STEP);
            let over = until(&mut watch, begin + 10 * PATIENCE);
            assert_eq!(over, Some((vec![changed], begin + 10 * STEP + PATIENCE)));
        }
    }

    #[test]
    fn the_time_in_which_the_process_stood_still_does_not_count() {
        let begin = Instant::now();
        let mut watch = Watch::new(PATIENCE, STEP, begin);
        watch.see(vec![lease(1, 10)], begin);
        assert_eq!(until(&mut watch, begin + STEP), None);
        let resumed = begin + 100 * PATIENCE;
        assert!(watch.over(resumed).is_empty(), "its holder may have stood still as long");
        let over = until(&mut watch, resumed + PATIENCE);
        assert_eq!(over, Some((vec![lease(1, 10)], resumed + PATIENCE - 3 * STEP)));
    }

    #[test]
    fn however_often_it_is_called_it_looks_once_in_a_step() {
        let begin = Instant::now();
        let mut watch: Watch<i64> = Watch::new(PATIENCE, STEP, begin);
        let mut looks = 0;
        for millis in (0..30_000).step_by(10) {
            let now = begin + Duration::from_millis(millis);
            watch.call(now);
            looks += usize::from(watch.takes_look(now));
        }
        assert_eq!(looks, 10);
    }

    #[test]
    fn what_could_not_be_taken_is_tried_again_after_a_step() {
        let begin = Instant::now();
        let mut watch = Watch::new(Duration::ZERO, STEP, begin);
        watch.see(vec![lease(1, 10)], begin);
        assert_eq!(watch.over(begin), [lease(1, 10)]);
        assert_eq!(watch.next(), Some(begin + STEP));
    }
}
