//! Which of the two databases the program works on.

use anyhow::Context as _;
use fanfare_config::{Config, DatabaseUrl, Roles, private_file, private_folder};
use fanfare_storage::Db;
use fanfare_storage::connection::migration::{Direction, MigrationError};
use std::path::Path;
use std::sync::Arc;
use url::Url;

const POSTGRES_PORT: u16 = 5432;

/// A database, with connections of their own for those who call the server and for its workers: what callers read, however
/// much, holds up no publication.
#[derive(Clone)]
pub(super) struct Databases {
    pub callers: Db,
    pub workers: Db,
}

/// Opens a database whose migrations are in place.
pub(super) async fn open(config: &Config) -> anyhow::Result<Databases> {
    let opened = match &config.database {
        DatabaseUrl::Sqlite(file) => open_sqlite(file, config).await,
        DatabaseUrl::Postgres(url) => open_postgres(url.expose(), config).await,
    };
    opened.with_context(|| named(&config.database))
}

async fn open_sqlite(file: &Path, config: &Config) -> anyhow::Result<Databases> {
    let callers = fanfare_storage_sqlite::Backend::connect(file, config.storage.share).await?;
    let workers = callers.for_workers().await?;
    Ok(Databases { callers: Arc::new(callers), workers: Arc::new(workers) })
}

async fn open_postgres(url: &str, config: &Config) -> anyhow::Result<Databases> {
    let (for_callers, for_workers) = shares_of(config.db_pool, config.roles);
    let options = fanfare_storage_postgres::PostgresOptions {
        url: url.to_owned(),
        pool_size: for_callers,
        workers: for_workers,
        share: config.storage.share,
        read: config.storage.read,
        command: config.storage.command,
    };
    let callers = fanfare_storage_postgres::Backend::connect(&options).await?;
    if for_workers == 0 {
        let callers: Db = Arc::new(callers);
        return Ok(Databases { workers: Arc::clone(&callers), callers });
    }
    let workers = callers.for_workers(&options).await?;
    Ok(Databases { callers: Arc::new(callers), workers: Arc::new(workers) })
}

/// How many of the connections are for callers, and how many for workers. A process without workers needs none for them;
/// one that only works does exports, imports and fetches with those for callers.
fn shares_of(connections: u32, roles: Roles) -> (u32, u32) {
    if !roles.worker {
        return (connections, 0);
    }
    let smaller = (connections / 3).max(1);
    let larger = connections.saturating_sub(smaller).max(1);
    if roles.api { (larger, smaller) } else { (smaller, larger) }
}

/// Makes an SQLite file that nobody else on the machine reads, and its folder; one that is there is closed to others.
pub fn make_file(path: &Path) -> anyhow::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        private_folder(folder).context("DATABASE_URL: the folder cannot be made")?;
    }
    private_file(path, &["-wal", "-shm"])
        .with_context(|| format!("DATABASE_URL: {} cannot be made", path.display()))
}

/// The setting and what it names, without sign-in.
pub fn named(database: &DatabaseUrl) -> String {
    match database {
        DatabaseUrl::Sqlite(path) => format!("DATABASE_URL: the SQLite file {}", path.display()),
        DatabaseUrl::Postgres(url) => format!("DATABASE_URL: PostgreSQL at {}", place(url.expose())),
    }
}

/// Host, port and database of a URL, and nothing else of it.
fn place(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return "an address that cannot be read".to_owned() };
    let host = url.host_str().filter(|host| !host.is_empty()).map(str::to_owned).or_else(|| {
        // Where the host is a folder of sockets, or there are several.
        url.query_pairs().find(|(name, _)| name == "host").map(|(_, host)| host.into_owned())
    });
    let (host, database) = (host.unwrap_or_else(|| "no host".to_owned()), url.path().trim_start_matches('/'));
    format!("{host}, port {}, database {database}", url.port().unwrap_or(POSTGRES_PORT))
}

/// Gives accounts from before a rule for e-mail addresses was changed the keys of today.
pub(super) async fn renew_email_keys(db: &Db) -> anyhow::Result<()> {
    let (changed, taken) = db.email_keys().renew().await.context("the keys of e-mail addresses")?;
    if changed > 0 {
        tracing::info!(accounts = changed, "renewed the keys of e-mail addresses");
    }
    for user in taken {
        tracing::warn!(
            user.id = %user,
            "this user's e-mail address is the same as an older account's: they cannot sign in with it"
        );
    }
    Ok(())
}

/// The newest migration that is in place.
pub async fn newest_step(database: &DatabaseUrl) -> Result<Option<String>, MigrationError> {
    match database {
        DatabaseUrl::Sqlite(file) => fanfare_storage_sqlite::newest_step(file).await,
        DatabaseUrl::Postgres(url) => fanfare_storage_postgres::newest_step(url.expose()).await,
    }
}

/// Brings the database to the newest migration, or takes steps back; returns the names of the steps.
pub async fn migrate(database: &DatabaseUrl, direction: Direction) -> Result<Vec<String>, MigrationError> {
    match database {
        DatabaseUrl::Sqlite(file) => fanfare_storage_sqlite::migrate(file, direction).await,
        DatabaseUrl::Postgres(url) => fanfare_storage_postgres::migrate(url.expose(), direction).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_config::Secret;

    #[test]
    fn workers_and_callers_each_have_a_connection() {
        let roles = |api, worker| Roles { api, worker };
        assert_eq!(shares_of(8, roles(true, true)), (6, 2));
        assert_eq!(shares_of(1, roles(true, true)), (1, 1));
        assert_eq!(shares_of(8, roles(true, false)), (8, 0));
        assert_eq!(shares_of(8, roles(false, true)), (2, 6));
    }

    #[test]
    fn a_database_is_named_without_its_sign_in() {
        let url = "postgres://ann:planted@db.example:6432/fanfare?sslmode=require";
        let said = named(&DatabaseUrl::Postgres(Secret::new(url)));
        assert_eq!(said, "DATABASE_URL: PostgreSQL at db.example, port 6432, database fanfare");
        let socket = place("postgres:///fanfare?host=/run/postgresql&password=planted");
        assert_eq!(socket, "/run/postgresql, port 5432, database fanfare");
    }
}
