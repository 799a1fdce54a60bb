//! The connections to a file: one that writes, three that read, and one that reads for workers.

use crate::Conn;
use bb8::Pool;
use diesel::ConnectionError;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use fanfare_storage::DbError;
use fanfare_storage::connection::pool::{Access, FairPool, POOL_WAIT, Watched};
use fanfare_storage::connection::room::Room;
use fanfare_storage::connection::statements;
use futures_util::FutureExt as _;
use std::path::Path;
use std::sync::Arc;

type Manager = AsyncDieselConnectionManager<Conn>;

/// An SQLite file. Writers queue for its one connection, in order, and not for the file's lock.
pub struct Backend {
    path: String,
    read: FairPool<Manager>,
    write: FairPool<Manager>,
    pub(crate) room: Arc<Room>,
}

/// A user's reads hold two of them at most, as the default share says.
const READERS: u32 = 3;
/// What workers read is no caller's, and waits for none.
const READERS_OF_WORKERS: u32 = 1;
/// The lock is waited for as long as a connection is (rules.md).
const PRAGMAS: &str = "pragma busy_timeout = 2000; pragma journal_mode = wal; pragma foreign_keys = on; \
     pragma temp_store = memory; pragma cache_size = -8000; pragma mmap_size = 134217728;";
/// A `sent` row of the ledger that a power cut forgets would be a second post: every commit reaches the disk. What is
/// deleted is overwritten: erased data would else stay in the file's free pages.
const WRITER: &str =
    "pragma synchronous = full; pragma wal_autocheckpoint = 4000; pragma secure_delete = on;";
const READER: &str = "pragma query_only = on;";

impl Backend {
    /// Opens the file. The migrations must be in place. `share`: the part of the connections, in percent, that the reads
    /// of one user may hold.
    pub async fn connect(file: &Path, share: u32) -> anyhow::Result<Self> {
        let path = file.display().to_string();
        let room = Arc::new(Room::default());
        let write = pool(&path, 1, WRITER).await?.noting(&room);
        let read = pool(&path, READERS, READER).await?.shared(READERS, share);
        Ok(Self { path, read, write, room })
    }

    /// The same file for workers, with a reader of their own.
    pub async fn for_workers(&self) -> anyhow::Result<Self> {
        let read = pool(&self.path, READERS_OF_WORKERS, READER).await?;
        Ok(Self { path: self.path.clone(), read, write: self.write.clone(), room: Arc::clone(&self.room) })
    }

    /// A connection for a query. `call`: repository and function, such as `posts::page`.
    pub(crate) async fn read(&self, call: &'static str) -> Result<Watched<'_, Manager>, DbError> {
        self.read.watched(Access::Read, call).await
    }

    /// The connection for commands.
    pub(crate) async fn write(&self, call: &'static str) -> Result<Watched<'_, Manager>, DbError> {
        self.write.watched(Access::Write, call).await
    }
}

async fn pool(path: &str, size: u32, own: &'static str) -> anyhow::Result<FairPool<Manager>> {
    let mut config = ManagerConfig::<Conn>::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |path| {
        let path = path.to_owned();
        async move {
            let mut conn = Conn::establish(&path).await?;
            conn.batch_execute(PRAGMAS).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
            conn.batch_execute(own).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
            statements::count_all(&mut conn);
            Ok(conn)
        }
        .boxed()
    });
    let manager = Manager::new_with_config(path, config);
    let pool = Pool::builder().max_size(size).test_on_check_out(false).connection_timeout(POOL_WAIT);
    Ok(FairPool::new(pool.build(manager).await?, size))
}
