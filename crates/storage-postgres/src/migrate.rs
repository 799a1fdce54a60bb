//! The migrations of PostgreSQL.

use crate::Conn;
use crate::connect::establish;
use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use fanfare_storage::connection::migration::{Direction, MigrationError, newest, run};

const STEPS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Nodes that start at once take turns by this advisory lock.
const ADVISORY_LOCK: &str = "select pg_advisory_lock(7204811035)";

/// Runs the steps that are missing, or takes steps back; returns their names.
pub async fn migrate(url: &str, direction: Direction) -> Result<Vec<String>, MigrationError> {
    let mut harness = harness(url).await?;
    tokio::task::block_in_place(move || run(&mut harness, STEPS, direction))
}

/// The newest step that is in place.
pub async fn newest_step(url: &str) -> Result<Option<String>, MigrationError> {
    let mut harness = harness(url).await?;
    tokio::task::block_in_place(move || newest(&mut harness))
}

/// It blocks, and needs a thread of its own on a multi-threaded runtime.
async fn harness(url: &str) -> Result<AsyncMigrationHarness<Conn>, MigrationError> {
    let mut conn = establish(url).await.map_err(MigrationError::unreachable)?;
    diesel_async::RunQueryDsl::execute(diesel::sql_query(ADVISORY_LOCK), &mut conn)
        .await
        .map_err(MigrationError::new)?;
    Ok(AsyncMigrationHarness::new(conn))
}
