//! Writes the exports that are asked for, one at a time on each node: they have to be ready soon, not at once, and
//! publishing goes first.

use crate::services::{ExportAtWork, ServiceResult, Services};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Between two looks for something to write.
const SLEEP: Duration = Duration::from_secs(1);

/// The loop over the exports.
pub struct ExportRunner(Arc<Services>);

impl ExportRunner {
    pub fn new(services: Arc<Services>) -> Self {
        Self(services)
    }

    /// Runs until `stop`; the part that is being written then is finished, the next is left to another worker.
    pub async fn run(self, stop: CancellationToken) {
        if let Err(error) = self.0.resume_exports().await {
            tracing::warn!(%error, "exports of the last run cannot be taken back");
        }
        while !stop.is_cancelled() {
            let sleep = match self.0.claim_export().await {
                Ok(Some(work)) => {
                    let id = work.id();
                    if let Err(error) = self.write(work, &stop).await {
                        // Its claim runs out, and a worker goes on where this one stopped.
                        tracing::warn!(export = %id, %error, "an export could not be written on");
                    }
                    continue;
                }
                Ok(None) => SLEEP,
                Err(error) => {
                    tracing::warn!(%error, "the exports cannot be read");
                    SLEEP
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
    }

    async fn write(&self, mut work: ExportAtWork, stop: &CancellationToken) -> ServiceResult<()> {
        while self.0.write_export(&mut work).await? {
            if stop.is_cancelled() {
                return self.0.release_export(work).await;
            }
        }
        tracing::info!(export = %work.id(), "an export is written");
        Ok(())
    }
}
