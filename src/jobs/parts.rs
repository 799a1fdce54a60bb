//! The loop over work that is done in parts under a claim, one at a time on each node: it has to be done soon, not at
//! once, and publishing goes first.

use fanfare_services::{ServiceResult, Services};
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Between two looks for something to do.
const SLEEP: Duration = Duration::from_secs(1);

/// A kind of such work.
pub trait InParts: Send + Sync + 'static {
    /// One that this worker has claimed.
    type Work: Send;

    /// What one is called in the log.
    const NOUN: &'static str;

    /// The row's number.
    fn id(work: &Self::Work) -> i64;

    /// Takes back what the last process of an SQLite file was at.
    fn resume(services: &Services) -> impl Future<Output = ServiceResult<()>> + Send;

    /// Takes one to work on.
    fn claim(services: &Services) -> impl Future<Output = ServiceResult<Option<Self::Work>>> + Send;

    /// Does the next part; answers whether there is more.
    fn advance(
        services: &Services,
        work: &mut Self::Work,
    ) -> impl Future<Output = ServiceResult<bool>> + Send;

    /// Gives a claim back, for another worker to go on at once.
    fn release(services: &Services, work: Self::Work) -> impl Future<Output = ServiceResult<()>> + Send;
}

/// The loop over one kind of work.
pub struct PartRunner<W> {
    services: Arc<Services>,
    kind: PhantomData<W>,
}

impl<W: InParts> PartRunner<W> {
    pub fn new(services: Arc<Services>) -> Self {
        Self { services, kind: PhantomData }
    }

    /// Runs until `stop`; the part that is being done then is finished, the next is left to another worker.
    pub async fn run(self, stop: CancellationToken) {
        let noun = W::NOUN;
        if let Err(error) = W::resume(&self.services).await {
            tracing::warn!(%error, noun, "what the last run was at cannot be taken back");
        }
        while !stop.is_cancelled() {
            match W::claim(&self.services).await {
                Ok(Some(work)) => {
                    let id = W::id(&work);
                    if let Err(error) = self.finish(work, &stop).await {
                        // Its claim runs out, and a worker goes on where this one stopped.
                        tracing::warn!(noun, id, %error, "the work could not be gone on with");
                    }
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, noun, "the work cannot be read"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(SLEEP) => {}
            }
        }
    }

    async fn finish(&self, mut work: W::Work, stop: &CancellationToken) -> ServiceResult<()> {
        while W::advance(&self.services, &mut work).await? {
            if stop.is_cancelled() {
                return W::release(&self.services, work).await;
            }
        }
        tracing::info!(noun = W::NOUN, id = W::id(&work), "the work is done");
        Ok(())
    }
}
