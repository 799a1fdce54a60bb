//! Keeps a lease for as long as its piece is at work.

use crate::{Held, Lease, Queue, WorkError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Holds a lease of `lease_for` and extends it at each third of that time. `since`: an instant before it was taken.
pub(crate) fn hold<Q: Queue>(
    queue: &Arc<Q>,
    lease: Lease<Q::Id>,
    since: Instant,
    lease_for: Duration,
    stop: CancellationToken,
) -> Held<Q::Id> {
    let (valid_until, _) = watch::channel(since + lease_for);
    let beat = keep(Arc::clone(queue), lease, lease_for, valid_until.clone());
    let heartbeat = tokio::spawn(beat).abort_handle();
    Held::kept(lease, valid_until, heartbeat, stop)
}

async fn keep<Q: Queue>(
    queue: Arc<Q>,
    lease: Lease<Q::Id>,
    lease_for: Duration,
    valid_until: watch::Sender<Instant>,
) {
    let mut beat = interval(lease_for / 3);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat.tick().await;
    loop {
        beat.tick().await;
        let since = Instant::now();
        match queue.extend(lease).await {
            Ok(()) => {
                valid_until.send_replace(since + lease_for);
            }
            Err(WorkError::Fenced) => {
                // Another node has taken over: stop the work at once.
                valid_until.send_replace(since);
                return;
            }
            Err(error) => {
                tracing::warn!(kind = %Q::KIND, id = %lease.id, %error, "a lease could not be extended");
            }
        }
    }
}
