//! Has each active account's inbox looked at, politely: at most as often as its network wants, spread over the time.

use super::look::look;
use crate::Engine;
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_platform_api::{InboxLimits, PlatformClients};
use fanfare_storage::DbError;
use fanfare_storage::inbox_work::{Look, LookRequest};
use fanfare_storage::rows::NewInboxMark;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Accounts looked at at the same time.
const AT_ONCE: usize = 8;
/// The longest that a look belongs to one node: more than any look takes.
const LEASE: Duration = Duration::from_mins(2);
/// The longest sleep, and how often accounts that were connected meanwhile are noticed.
const SLEEP: Duration = Duration::from_secs(1);
/// The shortest: a look that another node holds stays due.
const PAUSE: Duration = Duration::from_millis(50);
/// Accounts enrolled in one round, at most.
const ENROLLED: i64 = 200;
/// How long a stopping poller waits for the looks under way; what they would have found is found again.
const DRAIN: Duration = Duration::from_secs(5);

/// The loop over the accounts.
pub struct InboxPoller {
    engine: Arc<Engine>,
    slots: Arc<Semaphore>,
    running: TaskTracker,
}

impl InboxPoller {
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine, slots: Arc::new(Semaphore::new(AT_ONCE)), running: TaskTracker::new() }
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        if self.engine.db.is_embedded() {
            // The file belongs to this process alone: whoever held these leases is gone.
            if let Err(error) = self.engine.db.inbox_looks().release_all().await {
                tracing::warn!(%error, "looks of the last run cannot be released");
            }
        }
        let mut enrolled: Option<Instant> = None;
        while !stop.is_cancelled() {
            if enrolled.is_none_or(|at| at.elapsed() >= SLEEP) {
                enrolled = Some(Instant::now());
                Self::warn(self.enrol().await);
            }
            let sleep = self.round().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "due inboxes cannot be read");
                SLEEP
            });
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
        self.running.close();
        if tokio::time::timeout(DRAIN, self.running.wait()).await.is_err() {
            tracing::info!(left = self.running.len(), "looks at inboxes did not end in time");
        }
    }

    fn warn(outcome: Result<(), DbError>) {
        if let Err(error) = outcome {
            tracing::warn!(%error, "accounts cannot be enrolled");
        }
    }

    fn limits(&self) -> BTreeMap<Platform, InboxLimits> {
        let registry = &self.engine.registry;
        let limits =
            |clients: &PlatformClients| Some((clients.platform, clients.inbox.as_ref()?.inbox_limits()));
        registry.all().filter_map(limits).collect()
    }

    /// Notices accounts that were connected; each begins at a time of its own.
    async fn enrol(&self) -> Result<(), DbError> {
        let (db, limits) = (&self.engine.db, self.limits());
        let platforms: Vec<Platform> = limits.keys().copied().collect();
        let new: Vec<(AccountId, WorkspaceId, Platform)> =
            db.inbox_looks().unmarked(&platforms, ENROLLED).await?;
        if new.is_empty() {
            return Ok(());
        }
        let now = self.engine.clock.now();
        let mark = |(account_id, workspace_id, platform): (AccountId, WorkspaceId, Platform)| {
            let every = self.engine.look_every(limits.get(&platform)?);
            let look_at = now.plus(every.mul_f64(rand::random()));
            Some(NewInboxMark { account_id, workspace_id, look_at, failures: 0, lease_token: 0 })
        };
        let marks: Vec<NewInboxMark> = new.into_iter().filter_map(mark).collect();
        db.inbox_looks().enrol(marks.clone()).await
    }

    /// Starts what is due; answers how long to sleep.
    async fn round(&self) -> Result<Duration, DbError> {
        let engine = &self.engine;
        let now = engine.clock.now();
        match engine.db.inbox_looks().next_look_at().await? {
            Some(at) if at <= now => {}
            Some(at) => return Ok(at.since(now).min(SLEEP)),
            None => return Ok(SLEEP),
        }
        let free = self.slots.available_permits();
        if free == 0 {
            return Ok(PAUSE);
        }
        let rule = |(capacity, per)| BudgetRule { capacity, per };
        let budgets = self.limits().into_iter().map(|(platform, limits)| (platform, rule(limits.app_looks)));
        let mut resting = engine.breakers.resting(now);
        resting.extend(engine.look_breakers.resting(now));
        let request = LookRequest {
            now,
            limit: i64::try_from(free).unwrap_or(1),
            lease: LEASE,
            resting,
            budgets: budgets.collect(),
        };
        for look in engine.db.inbox_looks().claim(request.clone()).await? {
            self.start(look);
        }
        Ok(PAUSE)
    }

    fn start(&self, taken: Look) {
        let engine = Arc::clone(&self.engine);
        // Permits are counted before each claim and only this loop takes them, so there is one.
        let permit = Arc::clone(&self.slots).try_acquire_owned().ok();
        self.running.spawn(async move {
            let account = taken.account.id;
            match look(&engine, taken).await {
                Ok(()) => {}
                Err(DbError::Fenced) => tracing::debug!(%account, "another node looks at the inbox"),
                Err(error) => tracing::warn!(%account, %error, "what was said cannot be stored"),
            }
            drop(permit);
        });
    }
}

impl Engine {
    /// Between two looks at one account of a network.
    pub(super) fn look_every(&self, limits: &InboxLimits) -> Duration {
        self.options.inbox_poll.unwrap_or(limits.look_every)
    }
}
