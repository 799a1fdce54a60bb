//! Brings a database to the newest step, or back.

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel_async::AsyncMigrationHarness;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Nodes that start at once take turns by this PostgreSQL advisory lock.
const ADVISORY_LOCK: &str = "select pg_advisory_lock(7204811035)";

/// A step failed; the words name it.
#[derive(Debug, thiserror::Error)]
#[error("migration failed: {0}")]
pub struct MigrationError(String);

impl MigrationError {
    fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Runs migrations against one database.
#[derive(Clone, Debug)]
pub struct Migrator {
    url: String,
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

impl Migrator {
    /// `url` as in `DATABASE_URL`.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned() }
    }

    /// Runs the steps that are missing; answers their names.
    pub async fn up(&self) -> Result<Vec<String>, MigrationError> {
        self.run(Direction::Up).await
    }

    /// Takes every step back; answers their names.
    pub async fn down(&self) -> Result<Vec<String>, MigrationError> {
        self.run(Direction::Down).await
    }

    async fn run(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        if let Some(path) = self.url.strip_prefix("sqlite://") {
            let path = path.to_owned();
            return tokio::task::spawn_blocking(move || migrate_sqlite(&path, direction))
                .await
                .map_err(MigrationError::new)?;
        }
        let mut conn = super::connect::establish_pg(&self.url).await.map_err(MigrationError::new)?;
        diesel_async::RunQueryDsl::execute(diesel::sql_query(ADVISORY_LOCK), &mut conn)
            .await
            .map_err(MigrationError::new)?;
        // The harness blocks; it needs a thread of its own on a multi-threaded runtime.
        let mut harness = AsyncMigrationHarness::new(conn);
        tokio::task::block_in_place(move || steps(&mut harness, POSTGRES, direction))
    }
}

fn migrate_sqlite(path: &str, direction: Direction) -> Result<Vec<String>, MigrationError> {
    let mut conn = diesel::SqliteConnection::establish(path).map_err(MigrationError::new)?;
    conn.batch_execute("pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full;")
        .map_err(MigrationError::new)?;
    steps(&mut conn, SQLITE, direction)
}

fn steps<DB: diesel::backend::Backend>(
    harness: &mut impl MigrationHarness<DB>,
    source: EmbeddedMigrations,
    direction: Direction,
) -> Result<Vec<String>, MigrationError> {
    let versions = match direction {
        Direction::Up => harness.run_pending_migrations(source),
        Direction::Down => harness.revert_all_migrations(source),
    };
    Ok(versions.map_err(MigrationError::new)?.iter().map(ToString::to_string).collect())
}
