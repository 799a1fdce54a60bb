//! The two databases under the server.

use anyhow::Context as _;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio_postgres::NoTls;
use url::Url;

/// Where the benchmarks may create databases.
const POSTGRES_URL: &str = "FANFARE_TEST_POSTGRES_URL";

/// A database that a server is measured on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// SQLite, and PostgreSQL where there is one.
    pub fn all() -> Vec<Self> {
        if std::env::var_os(POSTGRES_URL).is_some() {
            return vec![Self::Sqlite, Self::Postgres];
        }
        eprintln!("  {POSTGRES_URL} is not set: PostgreSQL is not measured");
        vec![Self::Sqlite]
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// Settings of a server on a fresh database of this kind.
    pub async fn settings(self) -> anyhow::Result<Vec<(&'static str, String)>> {
        match self {
            Self::Sqlite => Ok(Vec::new()),
            Self::Postgres => {
                Ok(vec![("DATABASE_URL", create().await?), ("FANFARE_DB_POOL", "32".to_owned())])
            }
        }
    }
}

/// Creates an empty database; it goes with its server.
async fn create() -> anyhow::Result<String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let mut url = Url::parse(&std::env::var(POSTGRES_URL)?).context(POSTGRES_URL)?;
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.context(POSTGRES_URL)?;
    let connection = tokio::spawn(connection);
    let name = format!("bench_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.context("creating a database")?;
    drop(client);
    connection.await??;
    url.set_path(&name);
    Ok(url.into())
}
