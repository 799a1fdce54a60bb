//! The migrations of SQLite.

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use fanfare_storage::connection::migration::{Direction, MigrationError, run};
use std::path::Path;

const STEPS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const PRAGMAS: &str = "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full;";

/// Runs the steps that are missing, or takes every step back; returns their names.
pub async fn migrate(file: &Path, direction: Direction) -> Result<Vec<String>, MigrationError> {
    let path = file.display().to_string();
    let steps = tokio::task::spawn_blocking(move || {
        let mut conn = diesel::SqliteConnection::establish(&path).map_err(MigrationError::new)?;
        conn.batch_execute(PRAGMAS).map_err(MigrationError::new)?;
        run(&mut conn, STEPS, direction)
    });
    steps.await.map_err(MigrationError::new)?
}
