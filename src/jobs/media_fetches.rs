//! Fetches the media that posts name by their addresses, a few at a time: strangers' servers may be slow.

use fanfare_services::media::FetchAtWork;
use fanfare_services::{ServiceError, Services};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Between two looks for something to fetch.
const SLEEP: Duration = Duration::from_millis(250);
/// Fetches of this node at the same time.
const AT_ONCE: usize = 4;

/// The loop over the fetches.
pub struct MediaFetchRunner {
    services: Arc<Services>,
    slots: Arc<Semaphore>,
    running: TaskTracker,
}

impl MediaFetchRunner {
    pub fn new(services: Arc<Services>) -> Self {
        Self { services, slots: Arc::new(Semaphore::new(AT_ONCE)), running: TaskTracker::new() }
    }

    /// Runs until `stop`; what is under way then is left to another worker.
    pub async fn run(self, stop: CancellationToken) {
        if let Err(error) = self.services.media_fetches().resume().await {
            tracing::warn!(%error, "fetches of the last run cannot be taken back");
        }
        while !stop.is_cancelled() {
            let taken = self.start_one(&stop).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the fetches of media cannot be read");
                false
            });
            if taken {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(SLEEP) => {}
            }
        }
        self.running.close();
        self.running.wait().await;
    }

    /// Starts a fetch that is due, if there is one and room for it.
    async fn start_one(&self, stop: &CancellationToken) -> Result<bool, ServiceError> {
        let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() else { return Ok(false) };
        let Some(work) = self.services.media_fetches().claim().await? else { return Ok(false) };
        let (services, stop) = (Arc::clone(&self.services), stop.clone());
        self.running.spawn(async move {
            fetch(&services, work, &stop).await;
            drop(permit);
        });
        Ok(true)
    }
}

async fn fetch(services: &Services, work: FetchAtWork, stop: &CancellationToken) {
    let id = work.id();
    let outcome = tokio::select! {
        outcome = services.media_fetches().run(&work) => outcome,
        () = stop.cancelled() => services.media_fetches().release(work.clone()).await,
    };
    if let Err(error) = outcome {
        // Its claim runs out, and a worker begins anew.
        tracing::warn!(fetch = %id, %error, "a medium could not be fetched");
    }
}
