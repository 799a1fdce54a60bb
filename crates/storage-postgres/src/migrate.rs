//! The migrations of PostgreSQL.

use crate::connect::establish;
use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use fanfare_storage::connection::migration::{Direction, MigrationError, run};

const STEPS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Nodes that start at once take turns by this advisory lock.
const ADVISORY_LOCK: &str = "select pg_advisory_lock(7204811035)";

/// Runs the steps that are missing, or takes every step back; returns their names.
pub async fn migrate(url: &str, direction: Direction) -> Result<Vec<String>, MigrationError> {
    let mut conn = establish(url).await.map_err(MigrationError::new)?;
    diesel_async::RunQueryDsl::execute(diesel::sql_query(ADVISORY_LOCK), &mut conn)
        .await
        .map_err(MigrationError::new)?;
    // The harness blocks; it needs a thread of its own on a multi-threaded runtime.
    let mut harness = AsyncMigrationHarness::new(conn);
    tokio::task::block_in_place(move || run(&mut harness, STEPS, direction))
}
