//! Everyone who works for this crate.

use crate::Engine;
use crate::enrolment::enrol;
use crate::inbox::{InboxPolls, Replies};
use crate::jobs::PublishJobs;
use crate::refreshes::TokenRefreshes;
use crate::visits::MetricsVisits;
use fanfare_leased_work::{Queue, Timetable, Worker, WorkerOptions};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Replies sent at the same time.
const REPLIES: usize = 16;
/// Inboxes looked at at the same time.
const LOOKS: usize = 8;
/// Visits for numbers at the same time: a network that does not answer holds up few others.
const VISITS: usize = 4;
/// Tokens refreshed ahead at the same time.
const REFRESHES: usize = 4;
/// How long a stopping server waits for what may be public already.
const DRAIN: Duration = Duration::from_secs(25);
/// The same for what would simply be found again.
const SHORT_DRAIN: Duration = Duration::from_secs(5);

/// Starts the workers of all kinds of work that the engine does; they end with `stop`.
pub fn start(
    engine: &Arc<Engine>,
    timetable: &Arc<Timetable>,
    workers: &TaskTracker,
    stop: &CancellationToken,
) {
    let crew = Crew { engine, timetable, workers, stop };
    crew.work(PublishJobs(Arc::clone(engine)), engine.options.workers, DRAIN);
    crew.work(Replies(Arc::clone(engine)), REPLIES, DRAIN);
    crew.work(InboxPolls(Arc::clone(engine)), LOOKS, SHORT_DRAIN);
    crew.work(MetricsVisits(Arc::clone(engine)), VISITS, SHORT_DRAIN);
    crew.work(TokenRefreshes(Arc::clone(engine)), REFRESHES, DRAIN);
    workers.spawn(enrol(Arc::clone(engine), Arc::clone(timetable), stop.clone()));
}

struct Crew<'a> {
    engine: &'a Engine,
    timetable: &'a Arc<Timetable>,
    workers: &'a TaskTracker,
    stop: &'a CancellationToken,
}

impl Crew<'_> {
    fn work<Q: Queue>(&self, queue: Q, slots: usize, drain: Duration) {
        let (terms, alone) = (self.engine.options.terms(), self.engine.db.is_embedded());
        let options = WorkerOptions { slots, terms, alone, drain };
        self.workers.spawn(Worker::new(queue, self.timetable, options, self.stop.clone()).run());
    }
}
