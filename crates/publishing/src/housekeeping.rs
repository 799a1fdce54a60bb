//! Forgets what has run out, and keeps small what else would grow.

use super::Engine;
use fanfare_storage::DbError;
use std::time::Duration;

/// A file that was asked for is fetched soon, or asked for again.
const EXPORTS_KEPT_FOR: Duration = Duration::from_hours(7 * 24);

/// Users read what is wrong with a file's rows while they fix them.
const IMPORTS_KEPT_FOR: Duration = Duration::from_hours(30 * 24);

/// Parts of counts that one statement begins with: all parts of these counts are read.
const PARTS_AT_ONCE: i64 = 1_000;

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

/// Folds the parts of the counts that the database keeps, so that reading a count stays as fast as it was. Every server
/// does it in its own time; none waits for another.
pub async fn fold_counts(engine: &Engine) {
    // With one writer a count is one row.
    if engine.db.is_embedded() {
        return;
    }
    loop {
        match engine.db.kept_counts().fold(PARTS_AT_ONCE).await {
            Ok(parts) if parts >= PARTS_AT_ONCE => {}
            Ok(parts) => return tracing::debug!(parts, "counts are folded"),
            Err(error) => return tracing::warn!(%error, "counts are not folded; the next round tries again"),
        }
    }
}
