//! The pool of connections, over TLS where the server has it.

use crate::Conn;
use bb8::Pool;
use diesel::ConnectionError;
use diesel::connection::TransactionManagerStatus;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, SimpleAsyncConnection as _, TransactionManager as _};
use fanfare_storage::DbError;
use fanfare_storage::connection::deadline::Deadlines;
use fanfare_storage::connection::pool::{Access, FairPool, POOL_WAIT, Watched};
use fanfare_storage::connection::room::Room;
use fanfare_storage::connection::statements;
use futures_util::FutureExt as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long a connection may take to be made, sign-in included.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the other side may be silent on the network, between probes and with data on the way.
const SILENCE: Duration = Duration::from_secs(15);
const PROBE_EVERY: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;
/// tokio-postgres's own, which a URL that says nothing leaves in place.
const KEEPALIVE_DEFAULT: Duration = Duration::from_hours(2);
/// The server ends a statement this long after the client has given it up.
const GRACE: Duration = Duration::from_secs(1);
/// How long a transaction may wait for its next statement. None of ours waits for anything else between two statements:
/// one that does has a process that stands still, and holds up every node that needs what it has locked.
const IDLE: Duration = Duration::from_secs(5);

/// How to reach a database.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// `postgres://...`
    pub url: String,
    /// The most connections for callers.
    pub pool_size: u32,
    /// The most connections for workers, besides.
    pub workers: u32,
    /// The part of `pool_size`, in percent, that the reads of one user may hold.
    pub share: u32,
    /// How long a read may take.
    pub read: Duration,
    /// How long a command may take, with all its statements.
    pub command: Duration,
}

type Manager = AsyncDieselConnectionManager<Conn>;
type Transactions = <Conn as AsyncConnection>::TransactionManager;

/// A PostgreSQL database.
pub struct Backend {
    pool: FairPool<Manager>,
    pub(crate) room: Arc<Room>,
}

impl Backend {
    /// Opens the pool for callers. The migrations must be in place.
    pub async fn connect(options: &PostgresOptions) -> anyhow::Result<Self> {
        let (size, room) = (options.pool_size, Arc::default());
        let pool = pool(options, size, &room).await?.shared(size, options.share);
        Ok(Self { pool, room })
    }

    /// The same database for workers, with connections of their own.
    pub async fn for_workers(&self, options: &PostgresOptions) -> anyhow::Result<Self> {
        let pool = pool(options, options.workers, &self.room).await?;
        Ok(Self { pool, room: Arc::clone(&self.room) })
    }

    /// A connection for a query. `call`: repository and function, such as `posts::page`.
    pub(crate) async fn read(&self, call: &'static str) -> Result<Watched<'_, Manager>, DbError> {
        self.pool.watched(Access::Read, call).await
    }

    /// A connection for a command.
    pub(crate) async fn write(&self, call: &'static str) -> Result<Watched<'_, Manager>, DbError> {
        self.pool.watched(Access::Write, call).await
    }
}

async fn pool(options: &PostgresOptions, size: u32, room: &Arc<Room>) -> anyhow::Result<FairPool<Manager>> {
    let mut config = ManagerConfig::<Conn>::default();
    config.recycling_method = RecyclingMethod::Fast;
    let limit = options.command + GRACE;
    config.custom_setup = Box::new(move |url| establish_limited(url, limit).boxed());
    let manager = Manager::new_with_config(&options.url, config);
    let pool = Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(POOL_WAIT)
        .build(manager)
        .await?;
    let deadlines = Deadlines { read: options.read, write: options.command, give_up };
    Ok(FairPool::new(pool, size).with_deadlines(deadlines).noting(room))
}

/// Asks the server to end what a connection is at, and leaves the connection broken. It may be that no answer comes ever
/// again: nothing waits for one.
fn give_up(conn: &mut Conn) {
    let token = conn.cancel_token();
    tokio::spawn(timeout(CONNECT, async move {
        if let Ok(tls) = fanfare_net::tls::client_config() {
            let ended = token.cancel_query(tokio_postgres_rustls::MakeRustlsConnect::new(tls)).await;
            tracing::debug!(?ended, "asked PostgreSQL to end a statement that took too long");
        }
    }));
    *Transactions::transaction_manager_status_mut(conn) = TransactionManagerStatus::InError;
}

/// What has the server end statements after `limit`, and a transaction whose client stands still after [`IDLE`].
fn limits(limit: Duration) -> String {
    let (limit, idle) = (limit.as_millis(), limit.min(IDLE).as_millis());
    format!("set statement_timeout = {limit}; set idle_in_transaction_session_timeout = {idle}")
}

/// A connection with these limits.
async fn establish_limited(url: &str, limit: Duration) -> diesel::ConnectionResult<Conn> {
    let mut conn = establish(url).await?;
    let limits = limits(limit);
    let set = timeout(CONNECT, conn.batch_execute(&limits)).await;
    set.map_err(|_elapsed| too_late())?.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

fn too_late() -> ConnectionError {
    ConnectionError::BadConnection(format!("no answer within {} s", CONNECT.as_secs()))
}

/// A connection: over TLS by rustls where the server has it, as `sslmode` in the URL asks. One that goes silent is closed.
pub(crate) async fn establish(url: &str) -> diesel::ConnectionResult<Conn> {
    let made = timeout(CONNECT, async {
        let bad = |error: &dyn std::fmt::Display| ConnectionError::BadConnection(error.to_string());
        let tls = fanfare_net::tls::client_config().map_err(|e| bad(&e))?;
        let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls);
        let config = limited(url).map_err(|e| bad(&reason(&e)))?;
        let (client, connection) = config.connect(tls).await.map_err(|e| bad(&reason(&e)))?;
        Conn::try_from_client_and_connection(client, connection).await
    });
    let mut conn = made.await.map_err(|_elapsed| too_late())??;
    statements::count_all(&mut conn);
    Ok(conn)
}

/// What a URL says, with limits on silence where it sets none.
fn limited(url: &str) -> Result<tokio_postgres::Config, tokio_postgres::Error> {
    let mut config: tokio_postgres::Config = url.parse()?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    if config.get_keepalives_idle() == KEEPALIVE_DEFAULT {
        config.keepalives_idle(SILENCE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(PROBE_EVERY);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(PROBES);
    }
    Ok(config)
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
