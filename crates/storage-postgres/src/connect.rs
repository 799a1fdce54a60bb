//! The pool of connections, over TLS where the server has it.

use crate::Conn;
use bb8::Pool;
use diesel::ConnectionError;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use fanfare_storage::DbError;
use fanfare_storage::connection::pool::{FairPool, POOL_WAIT, Watched};
use fanfare_storage::connection::statements;
use futures_util::FutureExt as _;

/// How to reach a database.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// `postgres://...`
    pub url: String,
    /// The most connections.
    pub pool_size: u32,
}

type Manager = AsyncDieselConnectionManager<Conn>;

/// A PostgreSQL database.
pub struct Backend {
    pool: FairPool<Manager>,
}

impl Backend {
    /// Opens the pool. The migrations must be in place.
    pub async fn connect(options: &PostgresOptions) -> anyhow::Result<Self> {
        let mut config = ManagerConfig::<Conn>::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| establish(url).boxed());
        let manager = Manager::new_with_config(&options.url, config);
        let pool = Pool::builder()
            .max_size(options.pool_size)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(POOL_WAIT)
            .build(manager)
            .await?;
        Ok(Self { pool: FairPool::new(pool, options.pool_size) })
    }

    /// A connection for a query. `call`: repository and function, such as `posts::page`.
    pub(crate) async fn read(&self, call: &'static str) -> Result<Watched<'_, Manager>, DbError> {
        self.pool.watched("read", call).await
    }

    /// A connection for a command.
    pub(crate) async fn write(&self, call: &'static str) -> Result<Watched<'_, Manager>, DbError> {
        self.pool.watched("write", call).await
    }
}

/// A connection: over TLS by rustls where the server has it, as `sslmode` in the URL asks.
pub(crate) async fn establish(url: &str) -> diesel::ConnectionResult<Conn> {
    let bad = |error: &dyn std::fmt::Display| ConnectionError::BadConnection(error.to_string());
    let tls = fanfare_net::tls::client_config().map_err(|e| bad(&e))?;
    let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls);
    let (client, connection) = tokio_postgres::connect(url, tls).await.map_err(|e| bad(&reason(&e)))?;
    let mut conn = Conn::try_from_client_and_connection(client, connection).await?;
    statements::count_all(&mut conn);
    Ok(conn)
}

/// An error with what caused it: the first words alone say that there is no connection, and not why.
fn reason(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_words = inner.to_string();
        if !words.contains(&inner_words) {
            words.push_str(": ");
            words.push_str(&inner_words);
        }
        cause = inner.source();
    }
    words
}
