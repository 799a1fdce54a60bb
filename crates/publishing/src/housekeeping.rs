//! Forgets what has run out, and measures the queue.

use super::Engine;
use fanfare_storage::DbError;
use std::time::Duration;

/// A file that was asked for is fetched soon, or asked for again.
const EXPORTS_KEPT_FOR: Duration = Duration::from_hours(7 * 24);

/// What was wrong with a file's lines is looked at while they are put right.
const IMPORTS_KEPT_FOR: Duration = Duration::from_hours(30 * 24);

/// Forgets keys, consents, refresh tokens, exports and imports that have run out.
pub async fn sweep(engine: &Engine) {
    if let Err(error) = forget(engine).await {
        tracing::warn!(%error, "the sweep did not end");
    }
}

async fn forget(engine: &Engine) -> Result<(), DbError> {
    let (db, now) = (&engine.db, engine.clock.now());
    let keys = db.idempotency().sweep(now).await?;
    let states = db.oauth_states().sweep(now).await?;
    let tokens = db.sessions().sweep(now).await?;
    let exports = db.exports().sweep(now.minus(EXPORTS_KEPT_FOR)).await?;
    let imports = db.imports().sweep(now.minus(IMPORTS_KEPT_FOR)).await?;
    tracing::debug!(keys, states, tokens, exports, imports, "swept");
    Ok(())
}

/// How much is due or at work.
pub async fn measure_queue(engine: &Engine) {
    let now = engine.clock.now();
    match engine.db.jobs().depth(now).await {
        // A gauge is a float; a queue that it cannot hold exactly does not occur.
        Ok(depth) => metrics::gauge!("fanfare_jobs_queue_depth")
            .set(f64::from(i32::try_from(depth).unwrap_or(i32::MAX))),
        Err(error) => tracing::warn!(%error, "the queue cannot be measured"),
    }
}
