//! Warns of accounts that their owners have to reconnect soon.

use super::Engine;
use fanfare_storage::DbError;
use std::time::Duration;

/// An access that ends sooner is told.
const AHEAD: Duration = Duration::from_hours(72);
/// Told at most once in this time.
const ONCE: Duration = Duration::from_hours(24);
/// Accounts told of in one round.
const ROUND: i64 = 200;

/// Tells, once a day, of the accounts whose access ends in less than three days and cannot be renewed.
pub async fn warn_of_expiry(engine: &Engine) {
    if let Err(error) = warn(engine).await {
        tracing::warn!(%error, "accounts whose access ends cannot be looked at");
    }
}

async fn warn(engine: &Engine) -> Result<(), DbError> {
    let now = engine.clock.now();
    let (before, told_after) = (now.plus(AHEAD), now.minus(ONCE));
    let events = engine.db.expiry().warn(before, told_after, now, ROUND).await?;
    engine.hub.committed_all(&events);
    Ok(())
}
