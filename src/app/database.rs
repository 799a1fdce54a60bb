//! Which of the two databases the program works on.

use anyhow::Context as _;
use fanfare_config::{Config, DatabaseUrl};
use fanfare_storage::Db;
use fanfare_storage::connection::migration::{Direction, MigrationError};
use std::sync::Arc;

/// Opens a database whose migrations are in place.
pub(super) async fn open(config: &Config) -> anyhow::Result<Db> {
    let db = match &config.database {
        DatabaseUrl::Sqlite(file) => {
            let opened = fanfare_storage_sqlite::Backend::connect(file).await;
            opened.map(|backend| Arc::new(backend) as Db)
        }
        DatabaseUrl::Postgres(url) => {
            let options = fanfare_storage_postgres::PostgresOptions {
                url: url.expose().to_owned(),
                pool_size: config.db_pool,
            };
            let opened = fanfare_storage_postgres::Backend::connect(&options).await;
            opened.map(|backend| Arc::new(backend) as Db)
        }
    };
    db.context("DATABASE_URL")
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
