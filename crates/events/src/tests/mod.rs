//! What the hub promises, on a log without a database.

mod delivery;
mod faults;
mod memory_log;
mod versions;

use super::{Hub, Subscription, Wakeup};
use fanfare_domain::event::Seq;
use fanfare_domain::id::WorkspaceId;
use memory_log::{MemoryLog, NOW, StillClock};
use parking_lot::Mutex;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::{CancellationToken, DropGuard};

const WORKSPACE: WorkspaceId = WorkspaceId(1);

/// A hub on a log of its own.
struct Trial {
    log: Arc<MemoryLog>,
    clock: Arc<StillClock>,
    hub: Arc<Hub>,
    stop: CancellationToken,
    _stopped_at_the_end: DropGuard,
}

impl Trial {
    fn start() -> Self {
        let log = Arc::new(MemoryLog::with_workspace(WORKSPACE));
        let clock = Arc::new(StillClock(Mutex::new(NOW)));
        let stop = CancellationToken::new();
        let hub = Hub::start(log.clone(), clock.clone(), Wakeup::Alone, stop.clone());
        Self { log, clock, hub, _stopped_at_the_end: stop.clone().drop_guard(), stop }
    }

    /// Commits events, and tells the hub.
    fn commit(&self, count: usize) -> Seq {
        let last = self.log.append(WORKSPACE, count);
        self.hub.committed(WORKSPACE, last);
        last
    }

    async fn subscribe(&self, after: Option<Seq>) -> Subscription {
        self.hub.subscribe(WORKSPACE, after).await.unwrap()
    }
}

/// # Panics
/// If it takes longer than anything here may.
async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), work).await.expect("takes too long")
}

/// The next event's position.
async fn next(subscription: &mut Subscription) -> Seq {
    within(subscription.next()).await.expect("goes on").expect("keeps up").event().seq
}

/// The positions of the next events, up to `last`.
async fn up_to(last: Seq, subscription: &mut Subscription) -> Vec<Seq> {
    let mut seen = Vec::new();
    while seen.last().is_none_or(|seq| *seq < last) {
        seen.push(next(subscription).await);
    }
    seen
}
