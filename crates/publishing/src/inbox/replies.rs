//! Takes due replies and has them sent.

use super::reply::send;
use crate::Engine;
use crate::guard::{Keep, LeaseGuard};
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::platform::Platform;
use fanfare_storage::DbError;
use fanfare_storage::claim::Budgets;
use fanfare_storage::inbox_work::{ReplyClaims, ReplyLease, ReplyOutcome, ReplyRequest};
use fanfare_storage::rows::InboxReply;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Replies sent at the same time.
const AT_ONCE: usize = 16;
/// Between two looks at the queue: a reply waits no longer to be noticed.
const SLEEP: Duration = Duration::from_millis(500);
/// Between two looks while something due is held back by another node's lock, or was put off.
const PAUSE: Duration = Duration::from_millis(20);
/// Between two attempts to write the outcome of a run.
const FINISH_AGAIN: Duration = Duration::from_millis(100);
/// How long a stopping runner waits for the replies under way.
const DRAIN: Duration = Duration::from_secs(25);

/// The loop over the replies.
pub struct ReplyRunner {
    engine: Arc<Engine>,
    slots: Arc<Semaphore>,
    finished: Arc<Notify>,
    running: TaskTracker,
}

impl Keep for ReplyLease {
    async fn extend(self, engine: &Engine) -> Result<(), DbError> {
        let (now, lease_for) = (engine.clock.now(), engine.options.lease);
        engine.db.reply_queue().heartbeat(self, now, lease_for).await
    }
}

impl ReplyRunner {
    pub fn new(engine: Arc<Engine>) -> Self {
        let slots = Arc::new(Semaphore::new(AT_ONCE));
        Self { engine, slots, finished: Arc::new(Notify::new()), running: TaskTracker::new() }
    }

    /// Runs until `stop`, then waits for the replies under way; what does not end in time is taken over later.
    pub async fn run(self, stop: CancellationToken) {
        if self.engine.db.is_embedded() {
            // The file belongs to this process alone: whoever held these leases is gone.
            self.requeue(true).await;
        }
        let margin = self.engine.options.takeover_margin().max(Duration::from_secs(1));
        let mut takeover = tokio::time::interval(margin);
        takeover.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            let sleep = self.round().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the replies cannot be read");
                SLEEP
            });
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.finished.notified() => {}
                _ = takeover.tick() => self.requeue(false).await,
                () = tokio::time::sleep(sleep) => {}
            }
        }
        self.running.close();
        if tokio::time::timeout(DRAIN, self.running.wait()).await.is_err() {
            tracing::warn!(left = self.running.len(), "replies under way will be taken over");
        }
    }

    /// Claims and starts what is due; answers how long to sleep.
    async fn round(&self) -> Result<Duration, DbError> {
        let engine = &self.engine;
        let now = engine.clock.now();
        match engine.db.reply_queue().next_run_at().await? {
            Some(at) if at <= now => {}
            Some(at) => return Ok(at.since(now).min(SLEEP)),
            None => return Ok(SLEEP),
        }
        let free = self.slots.available_permits();
        if free == 0 {
            return Ok(SLEEP);
        }
        let request = ReplyRequest {
            now,
            limit: i64::try_from(free).unwrap_or(1),
            lease: engine.options.lease,
            resting: engine.breakers.resting(now),
            budgets: self.budgets(),
        };
        let since = Instant::now();
        let claims: ReplyClaims = engine.db.reply_queue().claim(request.clone()).await?;
        let sleep = if claims.more || !claims.claimed.is_empty() { PAUSE } else { SLEEP };
        for reply in claims.claimed {
            self.start(reply, since);
        }
        Ok(sleep)
    }

    fn budgets(&self) -> BTreeMap<Platform, Budgets> {
        let registry = &self.engine.registry;
        let rule = |(capacity, per)| BudgetRule { capacity, per };
        let known = registry.all().filter_map(|clients| {
            let limits = clients.inbox.as_ref()?.inbox_limits();
            let budgets = Budgets { app: rule(limits.app_replies), account: rule(limits.account_replies) };
            Some((clients.platform, budgets))
        });
        known.collect()
    }

    fn start(&self, reply: InboxReply, since: Instant) {
        let (engine, finished) = (Arc::clone(&self.engine), Arc::clone(&self.finished));
        // Permits are counted before each claim and only this loop takes them, so there is one.
        let permit = Arc::clone(&self.slots).try_acquire_owned().ok();
        self.running.spawn(async move {
            let id = reply.id;
            match work(&engine, reply, since).await {
                Ok(()) => {}
                Err(DbError::Fenced) => {
                    tracing::warn!(reply = %id, "the reply was taken over by another node");
                }
                Err(error) => tracing::error!(reply = %id, %error, "a reply could not be finished"),
            }
            drop(permit);
            finished.notify_one();
        });
    }

    async fn requeue(&self, everything: bool) {
        let (engine, now) = (&self.engine, self.engine.clock.now());
        let margin = engine.options.takeover_margin();
        match engine.db.reply_queue().requeue_expired(now, margin, everything).await {
            Ok(0) => {}
            Ok(taken) => tracing::info!(taken, "took replies over"),
            Err(error) => tracing::warn!(%error, "expired leases of replies cannot be looked at"),
        }
    }
}

/// Runs one reply to its outcome.
async fn work(engine: &Arc<Engine>, reply: InboxReply, since: Instant) -> Result<(), DbError> {
    let lease = ReplyLease { reply_id: reply.id, token: reply.lease_token };
    let guard = LeaseGuard::new(engine, lease, since);
    let outcome = send(engine, &guard, &reply).await?;
    finish(engine, &guard, &reply, outcome).await
}

/// Writes how the run ended. The effect on the network is there already, so a database that does not answer is asked
/// again for as long as the lease is held.
async fn finish(
    engine: &Engine,
    guard: &LeaseGuard<ReplyLease>,
    reply: &InboxReply,
    outcome: ReplyOutcome,
) -> Result<(), DbError> {
    let (platform, word) = (reply.platform.as_str(), outcome.as_str());
    let told = loop {
        let now = engine.clock.now();
        match engine.db.reply_queue().finish(guard.lease, outcome.clone(), now).await {
            Err(DbError::Unavailable(error)) if Instant::now() < guard.ends_at() => {
                tracing::warn!(reply = %reply.id, %error, "the outcome waits for the database");
                tokio::time::sleep(FINISH_AGAIN).await;
            }
            written => break written?,
        }
    };
    if let Some((workspace, seq)) = told {
        engine.hub.committed(workspace, seq);
    }
    metrics::counter!("fanfare_reply_outcomes_total", "platform" => platform, "outcome" => word).increment(1);
    tracing::info!(reply = %reply.id, platform, outcome = word, "reply ended");
    Ok(())
}
