//! Forgets what has run out.

use super::Engine;
use fanfare_storage::DbError;
use std::time::Duration;

/// A file that was asked for is fetched soon, or asked for again.
const EXPORTS_KEPT_FOR: Duration = Duration::from_hours(7 * 24);

/// Users read what is wrong with a file's rows while they fix them.
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
