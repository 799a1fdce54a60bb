//! Tells whoever waits that something was committed, and hands it to subscribers.

use super::log::{EventLog, LogError};
use super::pages::Pages;
use super::positions::{Positions, WORKSPACES_A_STATEMENT};
use super::room::Rooms;
use super::seen::Seen;
use super::subscription::{SubscribeError, Subscription};
use super::versions::{Nouns, Versions};
use super::wakeup::{Outbox, Wakeup};
use fanfare_domain::clock::SharedClock;
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

/// How far a replay reaches back: this many events, and none older than this.
const REPLAYED_EVENTS: Seq = 10_000;
const REPLAYED_AGE: Duration = Duration::from_hours(7 * 24);
/// A wake-up that was lost is made up for within this time.
const SWEEP: Duration = Duration::from_secs(1);
/// Sweeps between two trims of the rooms.
const SWEEPS_A_TRIM: u32 = 10;
/// Replays that may read the table at the same time.
const REPLAYS: usize = 2;

/// Fans events out to the subscriptions of this node.
pub struct Hub {
    log: Arc<dyn EventLog>,
    positions: Arc<Positions>,
    clock: SharedClock,
    rooms: Arc<Rooms>,
    pages: Arc<Pages>,
    seen: Seen,
    versions: Versions,
    bell: Arc<Notify>,
    outbox: Arc<Outbox>,
    replays: Arc<Semaphore>,
    stop: CancellationToken,
}

impl Hub {
    /// Starts the hub's tasks; they, and every subscription, end with `stop`.
    pub fn start(
        log: Arc<dyn EventLog>,
        clock: SharedClock,
        wakeup: Wakeup,
        stop: CancellationToken,
    ) -> Arc<Self> {
        let (positions, seen) = (Positions::new(Arc::clone(&log)), Seen::default());
        let hub = Arc::new(Self {
            versions: Versions::new(Arc::clone(&log), Arc::clone(&positions), seen.clone()),
            positions,
            log,
            clock,
            rooms: Arc::new(Rooms::new(seen.clone())),
            pages: Arc::default(),
            seen,
            bell: Arc::default(),
            outbox: Arc::new(Outbox::new(&wakeup)),
            replays: Arc::new(Semaphore::new(REPLAYS)),
            stop,
        });
        let arrived = Arc::downgrade(&hub);
        wakeup.start(&hub.outbox, &hub.stop, move |workspace, seq| {
            if let Some(hub) = arrived.upgrade() {
                hub.arrived(workspace, seq);
            }
        });
        tokio::spawn(Arc::clone(&hub).sweep());
        hub
    }

    /// To be called after each commit that wrote events. Cheap, never waits.
    pub fn committed(&self, workspace: WorkspaceId, seq: Seq) {
        self.arrived(workspace, seq);
        self.outbox.put(workspace, seq);
    }

    /// The same for the events of several workspaces.
    pub fn committed_all(&self, events: &BTreeMap<WorkspaceId, Seq>) {
        for (workspace, seq) in events {
            self.committed(*workspace, *seq);
        }
    }

    /// Rung by every commit, here or on another node: there may be due work.
    pub fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }

    /// The highest position of a workspace that this node has heard of; `None`: not lately.
    pub fn last_seen(&self, workspace: WorkspaceId) -> Option<Seq> {
        self.seen.last(workspace)
    }

    /// A position that was met in the database: it may be further than what this node has heard.
    pub fn met(&self, workspace: WorkspaceId, seq: Seq) {
        if self.last_seen(workspace).is_none_or(|seen| seen < seq) {
            self.arrived(workspace, seq);
        }
    }

    /// How far each noun of a workspace has come, at least as far as this node has heard of it. What was read from the
    /// database after this call is at least as new. From the first call on, and for a minute after the last, wake-ups of
    /// the workspace that were lost are made up for within a second. `None`: no such workspace, or an empty log.
    pub async fn nouns(&self, workspace: WorkspaceId) -> Result<Option<Arc<Nouns>>, LogError> {
        self.versions.of(workspace).await
    }

    /// Where a workspace's log ends; everything committed before the call counts. `None`: no such workspace.
    pub async fn position(&self, workspace: WorkspaceId) -> Result<Option<Seq>, LogError> {
        self.positions.last(workspace).await
    }

    /// The events of a workspace after a position: what was missed first, then what comes, without a gap or a repeat.
    /// `None` begins at the present: everything committed before the call is left out.
    pub async fn subscribe(
        &self,
        workspace: WorkspaceId,
        after: Option<Seq>,
    ) -> Result<Subscription, SubscribeError> {
        let last = self.position(workspace).await?.ok_or(SubscribeError::NoWorkspace)?;
        if let Some(after) = after {
            self.check_reach(workspace, after, last).await?;
        }
        self.seen.raise(workspace, last);
        let (tail, opened) = self.rooms.enter(workspace, last);
        if let Some(room) = opened {
            let (rooms, log) = (Arc::clone(&self.rooms), Arc::clone(&self.log));
            let stop = self.stop.clone();
            tokio::spawn(async move { rooms.attend(room, log, stop).await });
        }
        Ok(Subscription {
            workspace,
            position: after.unwrap_or(last),
            buffer: VecDeque::new(),
            tail,
            log: Arc::clone(&self.log),
            seen: self.seen.clone(),
            pages: Arc::clone(&self.pages),
            turns: Arc::clone(&self.replays),
            live: false,
            ended: false,
        })
    }

    async fn check_reach(&self, workspace: WorkspaceId, after: Seq, last: Seq) -> Result<(), SubscribeError> {
        if after > last {
            return Err(SubscribeError::CursorAhead);
        }
        if after == last {
            return Ok(());
        }
        if last - after > REPLAYED_EVENTS {
            return Err(SubscribeError::CursorTooOld);
        }
        let first_missed = match self.pages.time_of(workspace, after + 1) {
            Some(at) => Some(at),
            None => self.log.time_of(workspace, after + 1).await?,
        };
        let oldest = self.clock.now().minus(REPLAYED_AGE);
        if first_missed.is_none_or(|at| at < oldest) {
            return Err(SubscribeError::CursorTooOld);
        }
        Ok(())
    }

    /// Something was committed, here or on another node.
    fn arrived(&self, workspace: WorkspaceId, seq: Seq) {
        self.seen.raise(workspace, seq);
        self.rooms.wake(workspace, seq);
        self.bell.notify_one();
    }

    /// Lets go of events that nearly everyone has had.
    pub(super) fn trim(&self) {
        self.rooms.trim();
        self.pages.trim();
    }

    /// Looks each second whether a wake-up was lost.
    async fn sweep(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(SWEEP);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut sweeps: u32 = 0;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.stop.cancelled() => return,
            }
            sweeps = sweeps.wrapping_add(1);
            if sweeps.is_multiple_of(SWEEPS_A_TRIM) {
                self.trim();
            }
            let followed = self.followed();
            let mut workspaces = self.rooms.workspaces();
            workspaces.extend(followed.keys());
            workspaces.sort_unstable();
            workspaces.dedup();
            for workspaces in workspaces.chunks(WORKSPACES_A_STATEMENT) {
                match self.log.last_seqs(workspaces).await {
                    Ok(lasts) => {
                        let lasts: HashMap<WorkspaceId, Seq> = lasts.into_iter().collect();
                        self.forget_shortened(workspaces, &followed, &lasts).await;
                        for (workspace, seq) in lasts {
                            self.swept(workspace, seq);
                        }
                    }
                    Err(error) => tracing::debug!(%error, "the sweep found no log"),
                }
            }
        }
    }

    /// The workspaces whose nouns are followed, and how far this node had got with each log.
    fn followed(&self) -> HashMap<WorkspaceId, Seq> {
        let got = |(workspace, read_to): (WorkspaceId, Seq)| {
            (workspace, self.last_seen(workspace).map_or(read_to, |seen| seen.max(read_to)))
        };
        self.versions.followed().into_iter().map(got).collect()
    }

    /// Forgets what is known of workspaces whose logs end before what was `followed` of them before they were read: a
    /// backup was played back, and its positions are given out again. One without a log was deleted.
    async fn forget_shortened(
        &self,
        workspaces: &[WorkspaceId],
        followed: &HashMap<WorkspaceId, Seq>,
        lasts: &HashMap<WorkspaceId, Seq>,
    ) {
        for workspace in workspaces {
            let last = lasts.get(workspace).copied();
            if followed.get(workspace).copied() > last {
                self.seen.lower(*workspace, last);
                self.pages.forget(*workspace);
                self.versions.forget(*workspace).await;
            }
        }
    }

    fn swept(&self, workspace: WorkspaceId, seq: Seq) {
        if self.last_seen(workspace).is_none_or(|seen| seen < seq) {
            self.arrived(workspace, seq);
        } else {
            self.rooms.wake(workspace, seq);
        }
    }
}

#[cfg(test)]
impl Hub {
    pub(super) fn is_attended(&self, workspace: WorkspaceId) -> bool {
        self.rooms.workspaces().contains(&workspace)
    }
}
