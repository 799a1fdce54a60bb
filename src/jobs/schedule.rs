//! Every cron line. The scheduler runs in UTC and only wakes: what is due is told by the tables, and a piece of work
//! that still runs is not started again.

use fanfare_publishing::{Engine, fold_counts, sweep, warn_of_expiry};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_cron_scheduler::{Job, JobScheduler};

/// When, what it is called, and the work.
type Line = (&'static str, &'static str, fn(Arc<Engine>) -> Work);
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Seconds, minutes, hours, days, months, weekdays; in UTC.
const EVERY_HOUR: &str = "0 7 * * * *";
const EVERY_MINUTE: &str = "30 * * * * *";

/// The running scheduler.
pub struct Schedule(JobScheduler);

impl Schedule {
    /// Starts all periodic work.
    pub async fn start(engine: Arc<Engine>) -> anyhow::Result<Self> {
        let scheduler = JobScheduler::new().await?;
        let lines: [Line; 3] = [
            (EVERY_HOUR, "warn of expiry", |engine| Box::pin(async move { warn_of_expiry(&engine).await })),
            (EVERY_HOUR, "sweep", |engine| Box::pin(async move { sweep(&engine).await })),
            (EVERY_MINUTE, "fold counts", |engine| Box::pin(async move { fold_counts(&engine).await })),
        ];
        for (cron, name, work) in lines {
            let (engine, busy) = (Arc::clone(&engine), Arc::new(AtomicBool::new(false)));
            let job = Job::new_async(cron, move |_id, _scheduler| {
                let (engine, busy) = (Arc::clone(&engine), Arc::clone(&busy));
                Box::pin(async move {
                    if busy.swap(true, Ordering::AcqRel) {
                        tracing::debug!(work = name, "still at the last round");
                        return;
                    }
                    work(engine).await;
                    busy.store(false, Ordering::Release);
                })
            })?;
            scheduler.add(job).await?;
        }
        scheduler.start().await?;
        Ok(Self(scheduler))
    }

    /// No more rounds; a round that is under way may continue to its end.
    pub async fn stop(mut self) {
        if let Err(error) = self.0.shutdown().await {
            tracing::warn!(%error, "the scheduler does not stop");
        }
    }
}
