//! The migrations of SQLite.

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use fanfare_storage::connection::migration::{Direction, MigrationError, newest, run};
use std::path::Path;

const STEPS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const PRAGMAS: &str = "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full;";

/// Runs the steps that are missing, or takes steps back; returns their names.
pub async fn migrate(file: &Path, direction: Direction) -> Result<Vec<String>, MigrationError> {
    with_connection(file, move |conn| run(conn, STEPS, direction)).await
}

/// The newest step that is in place.
pub async fn newest_step(file: &Path) -> Result<Option<String>, MigrationError> {
    with_connection(file, newest).await
}

async fn with_connection<T: Send + 'static>(
    file: &Path,
    work: impl FnOnce(&mut diesel::SqliteConnection) -> Result<T, MigrationError> + Send + 'static,
) -> Result<T, MigrationError> {
    let path = file.display().to_string();
    let done = tokio::task::spawn_blocking(move || {
        let mut conn = diesel::SqliteConnection::establish(&path).map_err(MigrationError::new)?;
        conn.batch_execute(PRAGMAS).map_err(MigrationError::new)?;
        work(&mut conn)
    });
    done.await.map_err(MigrationError::new)?
}
