use crate::heartbeat::hold;
use crate::wake::Wake;
use crate::watch::Watch;
use crate::{
    Claim, Claims, GiveBack, Held, Lapsed, Lease, LeaseTerms, Queue, Settled, Timetable, Unfinished,
    WorkError,
};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Pieces claimed in one transaction, at most.
const BATCH: usize = 64;
/// Leases of a kind that are watched at the same time, at most.
const WATCHED: i64 = 256;
/// Before a look while something due is held back by another node's lock, or stands behind something that was put off.
const CONTENDED: Duration = Duration::from_millis(20);
/// While most slots are taken, a claim waits this long for more of them: one claim for many pieces costs as much as for
/// one.
const GATHER: Duration = Duration::from_millis(20);
/// Between two attempts to read what claimed pieces need, or to write an outcome.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// After a round that could claim nothing, however often the timetable finds something due: it is not for this worker yet.
const FRUITLESS: Duration = Duration::from_millis(50);

/// How a worker works.
#[derive(Clone, Copy, Debug)]
pub struct WorkerOptions {
    /// Pieces at work at the same time.
    pub slots: usize,
    pub terms: LeaseTerms,
    /// Whether nobody else works on the database: whatever was held when the worker starts, its holder is gone.
    pub alone: bool,
    /// How long a stopping worker waits for the pieces at work.
    pub drain: Duration,
}

/// The loop over one kind of work.
pub struct Worker<Q: Queue> {
    crew: Crew<Q>,
    wake: Arc<Wake>,
    slots: Arc<Semaphore>,
    running: TaskTracker,
    options: WorkerOptions,
}

/// What each piece at work needs.
struct Crew<Q> {
    queue: Arc<Q>,
    timetable: Arc<Timetable>,
    lease_for: Duration,
    stop: CancellationToken,
}

impl<Q> Clone for Crew<Q> {
    fn clone(&self) -> Self {
        Self {
            queue: Arc::clone(&self.queue),
            timetable: Arc::clone(&self.timetable),
            lease_for: self.lease_for,
            stop: self.stop.clone(),
        }
    }
}

/// What a round of claims left.
enum Round {
    /// Nothing more is due that could be claimed.
    Done,
    /// Nothing was due that could be claimed.
    Fruitless,
    /// There may be more than there were slots.
    Full,
    /// Something was held back by another node, or put off.
    Contended,
}

impl<Q: Queue> Worker<Q> {
    /// A worker that the timetable wakes. It ends with `stop`.
    pub fn new(
        queue: Q,
        timetable: &Arc<Timetable>,
        options: WorkerOptions,
        stop: CancellationToken,
    ) -> Self {
        let crew = Crew {
            queue: Arc::new(queue),
            timetable: Arc::clone(timetable),
            lease_for: options.terms.lease,
            stop,
        };
        Self {
            crew,
            wake: timetable.enter(Q::KIND),
            slots: Arc::new(Semaphore::new(options.slots)),
            running: TaskTracker::new(),
            options,
        }
    }

    /// Works until it is stopped, then waits for the pieces at work; what does not end in time is taken over later.
    pub async fn run(self) {
        if self.options.alone {
            self.retake(Lapsed::All).await;
        }
        self.claim_until_stopped().await;
        self.drain().await;
    }

    async fn claim_until_stopped(&self) {
        // Kept from turn to turn: a worker that is called while it waits for room continues waiting.
        let mut room = pin!(self.room());
        // Whether something is due, when to look though nobody calls, and until when calls are put off.
        let (mut wanted, mut again, mut fruitless) = (true, None::<Instant>, None::<Instant>);
        let LeaseTerms { margin, .. } = self.options.terms;
        let mut watch = Watch::new(self.options.terms.patience(self.options.alone), margin, Instant::now());
        loop {
            tokio::select! {
                biased;
                () = self.crew.stop.cancelled() => return,
                called = self.wake.called() => {
                    if called.lapsed {
                        watch.call(Instant::now());
                    }
                    if called.due && !wanted {
                        again = again.or(fruitless.filter(|until| Instant::now() < *until));
                        wanted = again.is_none();
                    }
                }
                () = at(watch.next()) => wanted |= self.watch_over(&mut watch).await,
                () = at(again) => (wanted, again) = (true, None),
                () = &mut room, if wanted => {
                    (wanted, again, fruitless) = match self.round().await {
                        Round::Done => (false, None, None),
                        Round::Fruitless => (false, None, Some(Instant::now() + FRUITLESS)),
                        Round::Full => (true, None, None),
                        Round::Contended => (false, Some(Instant::now() + CONTENDED), None),
                    };
                    room.set(self.room());
                }
            }
        }
    }

    /// Waits for a free slot, and a moment for a quarter of them.
    async fn room(&self) {
        // Nobody else takes permits, so they are given back untouched; late ones are taken at the next look.
        let _ = self.slots.acquire().await;
        let quarter = u32::try_from(self.options.slots / 4).unwrap_or(u32::MAX);
        let _ = timeout(GATHER, self.slots.acquire_many(quarter)).await;
    }

    /// Claims and starts what is due.
    async fn round(&self) -> Round {
        let free = self.slots.available_permits().min(BATCH);
        let since = Instant::now();
        let claims = match self.crew.queue.claim(free).await {
            Ok(claims) => claims,
            Err(error) => {
                tracing::warn!(kind = %Q::KIND, %error, "what is due cannot be claimed");
                return Round::Fruitless;
            }
        };
        let Claims { claimed, more } = claims;
        let taken = claimed.len();
        if taken > 0 {
            self.start(claimed, since);
        }
        if taken >= free {
            return Round::Full;
        }
        if taken > 0 {
            // Some of what was due is gone: when is the next?
            self.crew.timetable.ask();
        }
        match (more, taken) {
            (true, _) => Round::Contended,
            (false, 0) => Round::Fruitless,
            (false, _) => Round::Done,
        }
    }

    /// Has claimed pieces done. What they need is read for all of them at once.
    fn start(&self, claimed: Vec<Claim<Q::Id, Q::Ticket>>, since: Instant) {
        let kind = Q::KIND.as_str();
        metrics::counter!("fanfare_work_claimed_total", "kind" => kind)
            .increment(u64::try_from(claimed.len()).unwrap_or(u64::MAX));
        let mut tickets = Vec::with_capacity(claimed.len());
        for Claim { lease, lateness, ticket } in claimed {
            metrics::histogram!("fanfare_work_lateness_seconds", "kind" => kind)
                .record(lateness.as_secs_f64());
            tickets.push((lease, ticket));
        }
        // Permits are counted before each claim and only this loop takes them, so there are as many.
        let count = u32::try_from(tickets.len()).unwrap_or(u32::MAX);
        let mut permits = Arc::clone(&self.slots).try_acquire_many_owned(count).ok();
        let (crew, running) = (self.crew.clone(), self.running.clone());
        self.running.spawn(async move {
            let pieces = match load(&crew, tickets, since).await {
                Ok(pieces) => pieces,
                // Their leases lapse.
                Err(error) => return tracing::error!(kind, count, %error, "claimed work cannot be read"),
            };
            for (lease, work) in pieces {
                let permit = permits.as_mut().and_then(|permits| permits.split(1));
                let slot = Slot::taken(kind, permit, &crew.timetable);
                let crew = crew.clone();
                running.spawn(async move {
                    perform(&crew, lease, &work, since).await;
                    drop(slot);
                });
            }
        });
    }

    /// Looks at overdue leases where that is wanted, and takes over what was watched for long enough; answers whether
    /// something was taken.
    async fn watch_over(&self, watch: &mut Watch<Q::Id>) -> bool {
        if watch.takes_look(Instant::now()) {
            let overdue = self.options.terms.overdue(self.options.alone);
            match self.crew.queue.lapsed(overdue, WATCHED).await {
                Ok(found) => watch.see(found, Instant::now()),
                Err(error) => tracing::warn!(kind = %Q::KIND, %error, "overdue leases cannot be looked at"),
            }
        }
        let over = watch.over(Instant::now());
        if over.is_empty() {
            return false;
        }
        let Some(taken) = self.retake(Lapsed::Seen(over.clone())).await else { return false };
        watch.forget(&over);
        taken > 0
    }

    /// Takes work over; answers how much, or `None` where the database did not say.
    async fn retake(&self, lapsed: Lapsed<Q::Id>) -> Option<usize> {
        match self.crew.queue.retake(lapsed).await {
            Ok(0) => Some(0),
            Ok(taken) => {
                tracing::info!(kind = %Q::KIND, taken, "took work over");
                metrics::counter!("fanfare_work_retaken_total", "kind" => Q::KIND.as_str())
                    .increment(u64::try_from(taken).unwrap_or(u64::MAX));
                Some(taken)
            }
            Err(error) => {
                tracing::warn!(kind = %Q::KIND, %error, "work cannot be taken over");
                None
            }
        }
    }

    async fn drain(self) {
        self.running.close();
        if timeout(self.options.drain, self.running.wait()).await.is_err() {
            let left = self.running.len();
            tracing::warn!(kind = %Q::KIND, left, "work did not end in time; it will be taken over");
        }
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// A slot that a piece at work takes; it is free again when this is dropped, whatever became of the piece.
struct Slot {
    kind: &'static str,
    timetable: Arc<Timetable>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Slot {
    fn taken(kind: &'static str, permit: Option<OwnedSemaphorePermit>, timetable: &Arc<Timetable>) -> Self {
        metrics::gauge!("fanfare_work_running", "kind" => kind).increment(1.0);
        Self { kind, timetable: Arc::clone(timetable), _permit: permit }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        metrics::gauge!("fanfare_work_running", "kind" => self.kind).decrement(1.0);
        // It may be due again, and what waited for its end may be due now.
        self.timetable.ask();
    }
}

/// What is needed for claimed pieces. A database that does not answer is asked again for as long as the leases are held.
async fn load<Q: Queue>(
    crew: &Crew<Q>,
    tickets: Vec<(Lease<Q::Id>, Q::Ticket)>,
    since: Instant,
) -> Result<Vec<(Lease<Q::Id>, Q::Work)>, WorkError> {
    let leases_end = since + crew.lease_for;
    loop {
        match crew.queue.load(tickets.clone()).await {
            Err(WorkError::Unavailable(error)) if Instant::now() < leases_end => {
                tracing::warn!(kind = %Q::KIND, count = tickets.len(), %error, "claimed work waits for the database");
                sleep(ASK_AGAIN).await;
            }
            outcome => return outcome,
        }
    }
}

/// Does one piece and writes its outcome. What cannot be written before the lease ends is taken over by another worker.
async fn perform<Q: Queue>(crew: &Crew<Q>, lease: Lease<Q::Id>, work: &Q::Work, since: Instant) {
    let held = hold(&crew.queue, lease, since, crew.lease_for, crew.stop.clone());
    let ended = match crew.queue.run(work, &held).await {
        Ok(outcome) => finish(crew, work, &held, &outcome).await.map_err(Unfinished::Error),
        Err(unfinished) => Err(unfinished),
    };
    let (kind, id) = (Q::KIND.as_str(), lease.id);
    let (word, why) = match ended {
        Ok(settled) => (settled.as_str(), None),
        Err(Unfinished::Stopped) => ("stopped", Some(GiveBack::Stopped)),
        Err(Unfinished::Error(WorkError::Fenced)) => {
            tracing::warn!(kind, %id, "the work was taken over by another node");
            ("fenced", None)
        }
        Err(Unfinished::Error(error)) => {
            tracing::error!(kind, %id, %error, "the work could not be finished");
            ("error", Some(GiveBack::Failed))
        }
    };
    if let Some(why) = why
        && let Err(error) = crew.queue.give_back(work, lease, why).await
    {
        // The lease lapses, and a worker takes it over.
        tracing::debug!(kind, %id, %error, "the work could not be given back");
    }
    metrics::counter!("fanfare_work_finished_total", "kind" => kind, "outcome" => word).increment(1);
}

/// Writes how a run ended. The effect on the network may be there already, so a database that does not answer is asked
/// again for as long as the lease is held.
async fn finish<Q: Queue>(
    crew: &Crew<Q>,
    work: &Q::Work,
    held: &Held<Q::Id>,
    outcome: &Q::Outcome,
) -> Result<Settled, WorkError> {
    loop {
        match crew.queue.finish(work, held, outcome).await {
            Err(WorkError::Unavailable(error)) if Instant::now() < held.ends_at() => {
                tracing::warn!(kind = %Q::KIND, id = %held.lease().id, %error, "the outcome waits for the database");
                sleep(ASK_AGAIN).await;
            }
            written => return written,
        }
    }
}
