//! Pools.

use super::pool::{FairPool, POOL_WAIT};
use super::{DbError, pg, sqlite};
use bb8::Pool;
use diesel::ConnectionError;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use futures_util::FutureExt as _;
use std::sync::Arc;

/// How to reach a database.
#[derive(Clone, Debug)]
pub struct DbOptions {
    /// `sqlite://<path>` or `postgres://...`.
    pub url: String,
    /// Connections to PostgreSQL.
    pub pool_size: u32,
}

/// The database, whichever it is. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    Pg {
        pool: FairPool<AsyncDieselConnectionManager<pg::Conn>>,
        url: Arc<str>,
    },
    /// Many readers and one writer: writers queue here, in order, and not on the file's lock.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
}

type SqlitePool = FairPool<AsyncDieselConnectionManager<sqlite::Conn>>;

const SQLITE_READERS: u32 = 2;
/// The lock is waited for as long as a connection is (rules.md).
const SQLITE_PRAGMAS: &str = "pragma busy_timeout = 2000; pragma journal_mode = wal; pragma foreign_keys = on; \
     pragma temp_store = memory; pragma cache_size = -8000; pragma mmap_size = 134217728;";
/// A `sent` row of the ledger that a power cut forgets would be a second post: every commit reaches the disk.
const SQLITE_WRITER: &str = "pragma synchronous = full; pragma wal_autocheckpoint = 4000;";
const SQLITE_READER: &str = "pragma query_only = on;";

impl Db {
    /// Opens the pools. The migrations have to be in place.
    pub async fn connect(options: &DbOptions) -> anyhow::Result<Self> {
        if let Some(path) = options.url.strip_prefix("sqlite://") {
            let write = sqlite_pool(path, 1, SQLITE_WRITER).await?;
            let read = sqlite_pool(path, SQLITE_READERS, SQLITE_READER).await?;
            return Ok(Self::Sqlite { read, write });
        }
        let mut config = ManagerConfig::<pg::Conn>::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| establish_pg(url).boxed());
        let manager = AsyncDieselConnectionManager::<pg::Conn>::new_with_config(&options.url, config);
        let pool = Pool::builder()
            .max_size(options.pool_size)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(POOL_WAIT)
            .build(manager)
            .await?;
        let pool = FairPool::new(pool, options.pool_size);
        Ok(Self::Pg { pool, url: options.url.as_str().into() })
    }

    /// One statement, to see whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        match self {
            Self::Pg { pool, .. } => pool.get().await?.batch_execute("select 1").await?,
            Self::Sqlite { read, .. } => read.get().await?.batch_execute("select 1").await?,
        }
        Ok(())
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }
}

async fn sqlite_pool(path: &str, size: u32, own: &'static str) -> anyhow::Result<SqlitePool> {
    let mut config = ManagerConfig::<sqlite::Conn>::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |path| {
        let path = path.to_owned();
        async move {
            let mut conn = sqlite::Conn::establish(&path).await?;
            conn.batch_execute(SQLITE_PRAGMAS).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
            conn.batch_execute(own).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(conn)
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::<sqlite::Conn>::new_with_config(path, config);
    let pool = Pool::builder().max_size(size).test_on_check_out(false).connection_timeout(POOL_WAIT);
    Ok(FairPool::new(pool.build(manager).await?, size))
}

/// A connection to PostgreSQL: over TLS by rustls where the server has it, as `sslmode` in the URL asks.
pub(super) async fn establish_pg(url: &str) -> diesel::ConnectionResult<pg::Conn> {
    let bad = |error: &dyn std::fmt::Display| ConnectionError::BadConnection(error.to_string());
    let tls = crate::net::tls::client_config().map_err(|e| bad(&e))?;
    let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls);
    let (client, connection) = tokio_postgres::connect(url, tls).await.map_err(|e| bad(&e))?;
    pg::Conn::try_from_client_and_connection(client, connection).await
}
