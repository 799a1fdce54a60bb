//! A database of a test's own, with the migrations in place.

use super::postgres::PostgresDatabase;
use fanfare_storage::Db;
use fanfare_storage::connection::migration::Direction;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A migrated database and the data folder of the servers that use it. Both go when it is dropped.
pub struct Database {
    url: String,
    folder: TempDir,
    /// Held for its `Drop`; `None` on SQLite.
    postgres: Option<PostgresDatabase>,
}

impl Database {
    /// A file in the data folder.
    pub async fn sqlite() -> Self {
        static MIGRATED: OnceCell<Vec<(String, Vec<u8>)>> = OnceCell::const_new();
        let migrated = MIGRATED.get_or_init(async || migrated_sqlite_files()).await;
        let folder = TempDir::with_prefix("fanfare-test-").unwrap();
        for (name, content) in migrated {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        Self { url: sqlite_url(folder.path()), folder, postgres: None }
    }

    /// A database on the server that `FANFARE_TEST_POSTGRES_URL` names.
    ///
    /// # Panics
    /// If it names none: a test that cannot run must not pass.
    pub async fn postgres() -> Self {
        let database = PostgresDatabase::create().await;
        let folder = TempDir::with_prefix("fanfare-test-").unwrap();
        Self { url: database.url().to_owned(), folder, postgres: Some(database) }
    }

    /// For `DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// For `FANFARE_DATA`: several servers on one database share it, as nodes share their keys and their media.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The tables, as a server works on them.
    pub async fn storage(&self) -> Db {
        if let Some(file) = self.url.strip_prefix("sqlite://") {
            return Arc::new(fanfare_storage_sqlite::Backend::connect(Path::new(file), 100).await.unwrap());
        }
        let limit = std::time::Duration::from_secs(30);
        let options = fanfare_storage_postgres::PostgresOptions {
            url: self.url.clone(),
            pool_size: 2,
            workers: 1,
            share: 100,
            read: limit,
            command: limit,
        };
        Arc::new(fanfare_storage_postgres::Backend::connect(&options).await.unwrap())
    }

    /// Runs the migrations; answers the names of the steps.
    pub async fn migrate(&self, direction: Direction) -> Vec<String> {
        let steps = match self.url.strip_prefix("sqlite://") {
            Some(file) => fanfare_storage_sqlite::migrate(Path::new(file), direction).await,
            None => fanfare_storage_postgres::migrate(&self.url, direction).await,
        };
        steps.unwrap()
    }

    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }
}

fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}/fanfare.db", folder.display())
}

fn migrated_sqlite_files() -> Vec<(String, Vec<u8>)> {
    let folder = TempDir::with_prefix("fanfare-test-").unwrap();
    migrate(&sqlite_url(folder.path()), folder.path());
    std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("fanfare.db"))
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

/// Runs `fanfare migrate`, as an operator would.
pub fn migrate(url: &str, folder: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_fanfare"))
        .arg("migrate")
        .env_clear()
        .env("DATABASE_URL", url)
        .env("FANFARE_DATA", folder)
        .current_dir(folder)
        .output()
        .expect("fanfare runs");
    assert!(
        output.status.success(),
        "fanfare migrate: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Makes of each `async fn promise(db: Database) { ... }` two tests: `promise::sqlite` and `promise::postgres`.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $promise:ident($db:ident: Database) $body:block)+) => { $(
        $(#[$attribute])*
        async fn $promise($db: $crate::support::database::Database) $body

        mod $promise {
            use $crate::support::database::Database;

            // Several threads: a future that is dropped inside a SQLite statement panics on a single-threaded runtime.
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$promise(Database::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$promise(Database::postgres().await).await;
            }
        }
    )+ };
}
pub(crate) use on_both_databases;
