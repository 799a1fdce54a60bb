use crate::wake::Wake;
use crate::{Look, LookEntry, Overdue, WorkError, WorkKind};
use fanfare_domain::clock::Timestamp;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Between two looks while nothing is told: what is asked of an idle database stays below one statement a second, the
/// rare looks of other parts included, and a wake-up that was lost costs no more than this.
const IDLE: Duration = Duration::from_millis(1_250);
/// Between two looks however much is told: commits that come faster share one.
const GATHER: Duration = Duration::from_millis(10);
/// How often what is due is counted, and leases are looked for that the clock is behind.
const COUNTED_EVERY: Duration = Duration::from_secs(15);

/// What knows when the next piece of each kind is due.
pub trait Agenda: Send + Sync + 'static {
    /// What is due of every kind, by one statement. `counted`: with how much of each is due or held, and when its last lease
    /// ends.
    fn look(&self, counted: bool) -> impl Future<Output = Result<Look, WorkError>> + Send;
}

/// Wakes the workers of all kinds when something of theirs is due: the one place that asks the database for it.
#[derive(Debug)]
pub struct Timetable {
    overdue: Overdue,
    workers: Mutex<BTreeMap<WorkKind, Arc<Wake>>>,
    asked: Notify,
    committed: Notify,
}

impl Timetable {
    /// `overdue`: which leases the workers are to look at.
    pub fn new(overdue: Overdue) -> Arc<Self> {
        Arc::new(Self { overdue, workers: Mutex::default(), asked: Notify::new(), committed: Notify::new() })
    }

    /// Something may have become due: looks soon.
    pub fn ask(&self) {
        self.asked.notify_one();
    }

    /// Waits until the bell has rung since the last call: there may be something that is no work yet. One task may wait.
    pub async fn committed(&self) {
        self.committed.notified().await;
    }

    /// The bell of a worker of this kind.
    pub(crate) fn enter(&self, kind: WorkKind) -> Arc<Wake> {
        Arc::clone(self.workers.lock().entry(kind).or_default())
    }

    /// Wakes workers until `stop`. `bell` is rung when something was committed.
    pub async fn run(&self, agenda: impl Agenda, bell: Arc<Notify>, stop: CancellationToken) {
        let mut counted: Option<Instant> = None;
        let mut plan = Plan::default();
        while !stop.is_cancelled() {
            let count = counted.is_none_or(|at| at.elapsed() >= COUNTED_EVERY);
            metrics::counter!("fanfare_work_looks_total").increment(1);
            let looked = Instant::now();
            match agenda.look(count).await {
                Ok(look) => {
                    if count {
                        counted = Some(looked);
                        tell_depths(&look.entries);
                    }
                    // By the time of the answer: what is woken too early would be due to nobody.
                    plan = Plan::new(&look, Instant::now(), self.overdue);
                }
                // What was planned before is still woken.
                Err(error) => tracing::warn!(%error, "what is due cannot be read"),
            }
            let told = self.follow(&mut plan, looked + IDLE, &bell, &stop).await;
            if told {
                stop.run_until_cancelled(sleep_until(looked + GATHER)).await;
            }
        }
    }

    /// Wakes what is planned, each at its time, until the next look; answers whether that was told to come early.
    async fn follow(&self, plan: &mut Plan, end: Instant, bell: &Notify, stop: &CancellationToken) -> bool {
        loop {
            self.wake(plan.take_due(Instant::now()));
            let next = plan.next().map_or(end, |next| next.min(end));
            tokio::select! {
                biased;
                () = stop.cancelled() => return false,
                () = bell.notified() => {
                    self.committed.notify_one();
                    return true;
                }
                () = self.asked.notified() => return true,
                () = sleep_until(next) => if next == end { return false },
            }
        }
    }

    fn wake(&self, calls: Vec<Call>) {
        let workers = self.workers.lock();
        for call in calls {
            let Some(worker) = workers.get(&call.kind) else { continue };
            match call.why {
                Why::Due => worker.due(),
                Why::Lapsed => worker.lapsed(),
            }
        }
    }
}

fn tell_depths(entries: &[LookEntry]) {
    for entry in entries {
        let Some(depth) = entry.depth else { continue };
        // A gauge is a float; a queue that it cannot hold exactly does not occur.
        let depth = f64::from(i32::try_from(depth).unwrap_or(i32::MAX));
        metrics::gauge!("fanfare_work_depth", "kind" => entry.kind.as_str()).set(depth);
    }
}

/// Whom to wake, and when, by this process's own clock.
#[derive(Debug, Default)]
struct Plan(Vec<(Instant, Call)>);

#[derive(Clone, Copy, Debug)]
struct Call {
    kind: WorkKind,
    why: Why,
}

#[derive(Clone, Copy, Debug)]
enum Why {
    Due,
    Lapsed,
}

impl Plan {
    fn new(look: &Look, answered: Instant, overdue: Overdue) -> Self {
        let at = |time: Timestamp| answered + time.since(look.now);
        let calls = look.entries.iter().flat_map(|entry| {
            let kind = entry.kind;
            let due = entry.due_at.map(|time| (at(time), Call { kind, why: Why::Due }));
            let lapsed =
                entry.lapses_at.map(|until| (at(overdue.at(until)), Call { kind, why: Why::Lapsed }));
            // What was given before the clock was set back is overdue by no time that is soon.
            let late = entry.last_lapses_at.filter(|until| overdue.watches(*until, look.now));
            let late = late.map(|_| (answered, Call { kind, why: Why::Lapsed }));
            [due, lapsed, late]
        });
        Self(calls.flatten().collect())
    }

    fn next(&self) -> Option<Instant> {
        self.0.iter().map(|(at, _)| *at).min()
    }

    fn take_due(&mut self, now: Instant) -> Vec<Call> {
        let (due, rest) = std::mem::take(&mut self.0).into_iter().partition(|(at, _)| *at <= now);
        self.0 = rest;
        let due: Vec<(Instant, Call)> = due;
        due.into_iter().map(|(_, call)| call).collect()
    }
}
