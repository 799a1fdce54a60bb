//! The work besides publishing: [`schedule`] holds every cron line; exports, imports, fetches of media and deletions of
//! files are leased work, and what they do stands in services.

mod fault;
mod file_deletions;
mod media_fetches;
mod parts;
mod schedule;

pub use schedule::Schedule;

use fanfare_leased_work::{LeaseTerms, Queue, Timetable, Worker, WorkerOptions};
use fanfare_services::Services;
use file_deletions::FileDeletions;
use media_fetches::MediaFetches;
use parts::Parts;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Fetches of this node at the same time.
const FETCHES: usize = 4;
/// Files that are deleted at the same time.
const DELETIONS: usize = 4;
/// What is stopped gives its work back; a part of a file is done first.
const DRAIN: Duration = Duration::from_secs(25);

/// Everyone who works for this module.
pub struct Crew<'a> {
    pub timetable: &'a Arc<Timetable>,
    pub workers: &'a TaskTracker,
    pub terms: LeaseTerms,
    /// Whether no other process works on the database.
    pub alone: bool,
    /// Ends the work.
    pub stop: &'a CancellationToken,
}

impl Crew<'_> {
    /// Starts the workers of all kinds of work that services do.
    pub fn start(&self, services: &Arc<Services>) {
        let clock = services.clock();
        self.work(Parts { service: services.exports().clone(), clock: clock.clone() }, 1);
        self.work(Parts { service: services.imports().clone(), clock: clock.clone() }, 1);
        self.work(MediaFetches(Arc::clone(services)), FETCHES);
        self.work(FileDeletions(Arc::clone(services)), DELETIONS);
    }

    fn work<Q: Queue>(&self, queue: Q, slots: usize) {
        let options = WorkerOptions { slots, terms: self.terms, alone: self.alone, drain: DRAIN };
        self.workers.spawn(Worker::new(queue, self.timetable, options, self.stop.clone()).run());
    }
}
