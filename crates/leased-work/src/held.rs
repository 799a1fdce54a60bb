use crate::Lease;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// A lease that is held, with its heartbeat. Dropping it ends the heartbeat; the lease is given back by the outcome.
#[derive(Debug)]
pub struct Held<I> {
    lease: Lease<I>,
    valid_until: watch::Sender<Instant>,
    heartbeat: Option<AbortHandle>,
    stop: CancellationToken,
}

impl<I: Copy + Send + Sync + 'static> Held<I> {
    /// A lease that `heartbeat` extends, and that ends when `valid_until` says so.
    pub(crate) fn kept(
        lease: Lease<I>,
        valid_until: watch::Sender<Instant>,
        heartbeat: AbortHandle,
        stop: CancellationToken,
    ) -> Self {
        Self { lease, valid_until, heartbeat: Some(heartbeat), stop }
    }

    /// A lease that ends at `end` and is not extended.
    pub fn until(lease: Lease<I>, end: Instant) -> Self {
        let (valid_until, _) = watch::channel(end);
        Self { lease, valid_until, heartbeat: None, stop: CancellationToken::new() }
    }

    pub fn lease(&self) -> Lease<I> {
        self.lease
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

    /// Waits until the lease may be lost: its end has passed without a heartbeat, or someone has taken over.
    pub async fn lost(&self) {
        let mut valid_until = self.valid_until.subscribe();
        loop {
            let until = *valid_until.borrow_and_update();
            if Instant::now() >= until {
                return;
            }
            tokio::select! {
                () = sleep_until(until) => {}
                _ = valid_until.changed() => {}
            }
        }
    }

    /// Waits until the process is to stop. Work that can be given back in its middle does so then.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    /// Whether the process is to stop.
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }
}

impl<I> Drop for Held<I> {
    fn drop(&mut self) {
        if let Some(heartbeat) = &self.heartbeat {
            heartbeat.abort();
        }
    }
}
