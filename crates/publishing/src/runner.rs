//! Takes due jobs and has them run, as many at a time as the settings allow.

use super::Engine;
use super::before_sending::before_sending;
use super::deletion;
use super::guard::LeaseGuard;
use super::publication::{Ending, Publication};
use super::work::Work;
use fanfare_domain::post::Outcome;
use fanfare_domain::post::{JobKind, TargetErrorCode};
use fanfare_storage::DbError;
use fanfare_storage::claim::{Claim, ClaimRequest, Claims, JobRows, Lease};
use fanfare_storage::rows::Job;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Jobs claimed in one transaction, at most.
const BATCH: usize = 64;
/// The longest sleep: a bell that was lost costs no more than this.
const LONGEST_SLEEP: Duration = Duration::from_millis(500);
/// Between two looks while something due is held back by another node's lock.
const CONTENDED: Duration = Duration::from_millis(20);
/// While most slots are taken, a look waits this long for more of them: one claim for many jobs costs as much as for
/// one.
const GATHER: Duration = Duration::from_millis(20);
/// Between two attempts to read what claimed jobs need, or to write the outcome of a run.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// How long a stopping runner waits for the jobs at work.
const DRAIN: Duration = Duration::from_secs(25);

/// The loop over the queue.
pub struct Runner {
    engine: Arc<Engine>,
    slots: Arc<Semaphore>,
    finished: Arc<Notify>,
    running: TaskTracker,
}

impl Runner {
    pub fn new(engine: Arc<Engine>) -> Self {
        let slots = Arc::new(Semaphore::new(engine.options.workers));
        Self { engine, slots, finished: Arc::new(Notify::new()), running: TaskTracker::new() }
    }

    /// Runs until `stop`, then waits for the jobs at work; what does not end in time is taken over later.
    pub async fn run(self, stop: CancellationToken) {
        if self.engine.db.is_embedded() {
            // The file belongs to this process alone: whoever held these leases is gone.
            self.requeue(true).await;
        }
        let mut takeover =
            tokio::time::interval(self.engine.options.takeover_margin().max(Duration::from_secs(1)));
        takeover.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let bell = self.engine.hub.bell();
        while !stop.is_cancelled() {
            self.gather().await;
            let sleep = self.round().await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = bell.notified() => {}
                () = self.finished.notified() => {}
                _ = takeover.tick() => self.requeue(false).await,
                () = tokio::time::sleep(sleep) => {}
            }
        }
        self.running.close();
        if tokio::time::timeout(DRAIN, self.running.wait()).await.is_err() {
            tracing::warn!(
                left = self.running.len(),
                "jobs at work did not end in time; they will be taken over"
            );
        }
    }

    /// Waits a moment for a quarter of the slots, if fewer are free.
    async fn gather(&self) {
        let quarter = u32::try_from(self.engine.options.workers / 4).unwrap_or(u32::MAX);
        // Nobody else takes permits, so they are given back untouched; late ones are taken at the next look.
        let _ = tokio::time::timeout(GATHER, self.slots.acquire_many(quarter)).await;
    }

    /// Claims and starts what is due; answers how long to sleep.
    async fn round(&self) -> Duration {
        match self.claim().await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::warn!(%error, "the queue cannot be read");
                LONGEST_SLEEP
            }
        }
    }

    async fn claim(&self) -> Result<Duration, DbError> {
        let engine = &self.engine;
        loop {
            let now = engine.clock.now();
            match engine.db.jobs().next_run_at().await? {
                Some(at) if at <= now => {}
                Some(at) => return Ok(at.since(now).min(LONGEST_SLEEP)),
                None => return Ok(LONGEST_SLEEP),
            }
            let free = self.slots.available_permits().min(BATCH);
            if free == 0 {
                return Ok(LONGEST_SLEEP);
            }
            let request = ClaimRequest {
                now,
                limit: i64::try_from(free).unwrap_or(1),
                lease: engine.options.lease,
                resting: engine.breakers.resting(now),
                budgets: engine.budgets(),
                give_up_after: engine.options.give_up_after,
            };
            let since = Instant::now();
            let claims: Claims = engine.db.jobs().claim(request.clone()).await?;
            engine.hub.committed_all(&claims.events);
            let taken = claims.claimed.len();
            if taken > 0 {
                self.start(claims.claimed, since);
            }
            if taken < free {
                return Ok(if claims.more { CONTENDED } else { LONGEST_SLEEP });
            }
        }
    }

    /// Has claimed jobs run. What they need is read for all of them at once.
    fn start(&self, claims: Vec<Claim>, since: Instant) {
        for claim in &claims {
            metrics::histogram!("fanfare_publish_lateness_seconds").record(claim.lateness.as_secs_f64());
        }
        let jobs: Vec<Job> = claims.into_iter().map(|claim| claim.job).collect();
        // Permits are counted before each claim and only this loop takes them, so there are as many.
        let count = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
        let mut permits = Arc::clone(&self.slots).try_acquire_many_owned(count).ok();
        let (engine, finished, running) =
            (Arc::clone(&self.engine), Arc::clone(&self.finished), self.running.clone());
        self.running.spawn(async move {
            let all = match read(&engine, &jobs, since).await {
                Ok(all) => all,
                Err(error) => {
                    return tracing::error!(jobs = jobs.len(), %error, "claimed jobs cannot be read");
                }
            };
            for rows in all {
                let permit = permits.as_mut().and_then(|permits| permits.split(1));
                let (engine, finished) = (Arc::clone(&engine), Arc::clone(&finished));
                running.spawn(async move {
                    work(&engine, rows, since).await;
                    drop(permit);
                    finished.notify_one();
                });
            }
        });
    }

    async fn requeue(&self, everything: bool) {
        let (engine, now) = (&self.engine, self.engine.clock.now());
        let margin = engine.options.takeover_margin();
        match engine.db.jobs().requeue_expired(now, margin, everything).await {
            Ok(claims) => engine.hub.committed_all(&claims.events),
            Err(error) => tracing::warn!(%error, "expired leases cannot be looked at"),
        }
    }
}

/// What is stored of jobs. A database that does not answer is asked again for as long as their leases are held.
async fn read(engine: &Engine, jobs: &[Job], since: Instant) -> Result<Vec<JobRows>, DbError> {
    let leases_end = since + engine.options.lease;
    loop {
        match engine.db.claimed().rows(jobs.to_vec()).await {
            Err(DbError::Unavailable(error)) if Instant::now() < leases_end => {
                tracing::warn!(jobs = jobs.len(), %error, "claimed jobs wait for the database");
                tokio::time::sleep(ASK_AGAIN).await;
            }
            outcome => return outcome,
        }
    }
}

/// Runs one job to its outcome. What cannot be written before the lease ends is taken over by another run.
async fn work(engine: &Arc<Engine>, rows: JobRows, since: Instant) {
    let job = &rows.job;
    let lease = Lease { job_id: job.id, token: job.lease_token };
    let (id, target, platform, kind) = (job.id, job.target_id, job.platform, job.kind);
    let guard = LeaseGuard::new(engine, lease, since);
    let work = Work::new(engine, rows);
    let finished = match run(engine, &guard, &work).await {
        Ok(ending) => finish(engine, &guard, &work, ending).await,
        Err(error) => Err(error),
    };
    match finished {
        Ok(()) => {}
        Err(DbError::Fenced) => {
            tracing::warn!(job = %id, %target, %platform, "the job was taken over by another node");
        }
        Err(error) => {
            tracing::error!(job = %id, %target, %platform, %kind, %error, "a job could not be finished");
        }
    }
}

async fn run(engine: &Arc<Engine>, guard: &LeaseGuard, work: &Work) -> Result<Ending, DbError> {
    let Some(client) = engine.registry.publishing(work.job.platform) else {
        let message = format!("This server has no client for {}.", work.job.platform.display_name());
        return Ok(
            Outcome::Failed { code: TargetErrorCode::Internal, message, step: None, counted: false }.into()
        );
    };
    match work.job.kind {
        JobKind::PublishTarget => match before_sending(engine, client, work) {
            Some(outcome) => Ok(outcome.into()),
            None => Publication::new(engine, client, guard, work).run().await,
        },
        JobKind::DeleteTarget => deletion::delete(engine, client, guard, work).await,
    }
}

/// Writes how the run ended. The effect on the network is there already, so a database that does not answer is asked
/// again for as long as the lease is held.
async fn finish(engine: &Engine, guard: &LeaseGuard, work: &Work, ending: Ending) -> Result<(), DbError> {
    let (platform, word) = (work.job.platform.as_str(), ending.outcome.as_str());
    let (workspace, seq) = loop {
        let (now, Ending { settlement, outcome }) = (engine.clock.now(), ending.clone());
        match engine
            .db
            .outcomes()
            .finish(guard.lease, work.post.id, settlement.clone(), outcome.clone(), now)
            .await
        {
            Err(DbError::Unavailable(error)) if Instant::now() < guard.ends_at() => {
                tracing::warn!(job = %work.job.id, %error, "the outcome waits for the database");
                tokio::time::sleep(ASK_AGAIN).await;
            }
            written => break written?,
        }
    };
    engine.hub.committed(workspace, seq);
    metrics::counter!("fanfare_publish_outcomes_total", "platform" => platform, "outcome" => word)
        .increment(1);
    tracing::info!(post = %work.post.id, target = %work.target.id, platform, outcome = word, "run ended");
    Ok(())
}
