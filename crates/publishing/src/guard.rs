//! Keeps a lease while a job is at work, and stops the work when the lease may be lost.

use super::Engine;
use fanfare_storage::DbError;
use fanfare_storage::claim::Lease;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// A lease that can be kept.
pub trait Keep: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// Extends it by the settings' time from the database's present; [`DbError::Fenced`]: it is no longer held.
    fn extend(self, engine: &Engine) -> impl Future<Output = Result<(), DbError>> + Send;
}

impl Keep for Lease {
    async fn extend(self, engine: &Engine) -> Result<(), DbError> {
        let (now, lease_for) = (engine.clock.now(), engine.options.lease);
        engine.db.ledger().heartbeat(self, now, lease_for).await
    }
}

/// A held lease with its heartbeat. Dropping it ends the heartbeat; the lease is given back by the job's outcome.
pub struct LeaseGuard<L = Lease> {
    pub lease: L,
    valid_until: watch::Sender<Instant>,
    heartbeat: AbortHandle,
}

impl<L: Keep> LeaseGuard<L> {
    /// `since`: an instant before the lease was taken.
    pub fn new(engine: &Arc<Engine>, lease: L, since: Instant) -> Arc<Self> {
        let lease_for = engine.options.lease;
        let (valid_until, _) = watch::channel(since + lease_for);
        let beat = keep(Arc::clone(engine), lease, valid_until.clone());
        Arc::new(Self { lease, valid_until, heartbeat: tokio::spawn(beat).abort_handle() })
    }

    /// The lease was extended by a write that began at `since`.
    pub fn extended(&self, since: Instant, lease_for: Duration) {
        self.valid_until.send_if_modified(|until| {
            let newer = since + lease_for > *until;
            if newer {
                *until = since + lease_for;
            }
            newer
        });
    }

    /// When the lease ends as far as this process knows.
    pub fn ends_at(&self) -> Instant {
        *self.valid_until.borrow()
    }

    /// Waits until the lease may be lost: its end has passed without a heartbeat.
    pub async fn lost(&self) {
        let mut changes = self.valid_until.subscribe();
        loop {
            let until = *changes.borrow_and_update();
            if Instant::now() >= until {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep_until(until.into()) => {}
                _ = changes.changed() => {}
            }
        }
    }
}

impl<L> Drop for LeaseGuard<L> {
    fn drop(&mut self) {
        self.heartbeat.abort();
    }
}

async fn keep<L: Keep>(engine: Arc<Engine>, lease: L, valid_until: watch::Sender<Instant>) {
    let lease_for = engine.options.lease;
    let mut beat = tokio::time::interval(lease_for / 3);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    beat.tick().await;
    loop {
        beat.tick().await;
        let since = Instant::now();
        match lease.extend(&engine).await {
            Ok(()) => {
                valid_until.send_replace(since + lease_for);
            }
            Err(DbError::Fenced) => {
                // Another node has taken over: stop the work at once.
                valid_until.send_replace(since);
                return;
            }
            Err(error) => tracing::warn!(?lease, %error, "heartbeat failed"),
        }
    }
}
