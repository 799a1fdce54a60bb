//! Notices what was connected or published: its inbox is looked at and its numbers are asked for from then on. And what
//! was disconnected: its runs end.

use crate::Engine;
use crate::inbox::enrol_inboxes;
use crate::visits::enrol_measured;
use fanfare_leased_work::Timetable;
use fanfare_storage::DbError;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// Between two looks, however much is committed.
const GATHER: Duration = Duration::from_secs(1);
/// A commit that nobody told of is noticed within this time.
const SELDOM: Duration = Duration::from_mins(1);

/// Enrols newcomers until `stop`.
pub async fn enrol(engine: Arc<Engine>, timetable: Arc<Timetable>, stop: CancellationToken) {
    let round = async {
        loop {
            let begun = Instant::now();
            match newcomers(&engine).await {
                Ok(true) => {
                    timetable.ask();
                    // There may be more than one round takes.
                    sleep_until(begun + GATHER).await;
                    continue;
                }
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "what is new cannot be enrolled"),
            }
            tokio::select! {
                () = timetable.committed() => {}
                () = sleep(SELDOM) => {}
            }
            sleep_until(begun + GATHER).await;
        }
    };
    stop.run_until_cancelled(round).await;
}

/// A call that is under way for an account must not publish after the account was disconnected.
async fn end_disconnected(engine: &Engine) -> Result<(), DbError> {
    let at_work = engine.at_work.accounts();
    if !at_work.is_empty() {
        engine.at_work.end(&engine.db.accounts().disconnected(&at_work).await?);
    }
    Ok(())
}

/// Answers whether there were any.
async fn newcomers(engine: &Engine) -> Result<bool, DbError> {
    end_disconnected(engine).await?;
    let inboxes = enrol_inboxes(engine).await?;
    Ok(enrol_measured(engine).await? || inboxes)
}
