//! The SQLite half: the connection type, and the same repositories compiled against it.

pub type Conn = diesel_async::sync_connection_wrapper::SyncConnectionWrapper<diesel::SqliteConnection>;

/// A command's transaction. `BEGIN IMMEDIATE` takes the write lock at once: a read lock that grows could fail midway.
macro_rules! tx {
    ($conn:expr, $body:expr) => {
        $conn.immediate_transaction::<_, crate::db::error::CommandError, _>($body).await
    };
}
/// Runs an INSERT of several rows. diesel-async has it for the inner connection only: still one statement.
macro_rules! batch {
    ($conn:expr, $how:ident, $statement:expr) => {{
        let statement = $statement;
        $conn.spawn_blocking(move |conn| diesel::RunQueryDsl::$how(statement, conn)).await
    }};
}
/// What only PostgreSQL needs: nothing here.
macro_rules! pg_only {
    ($($body:tt)*) => {};
}
/// What only SQLite needs.
macro_rules! sqlite_only {
    ($($body:tt)*) => { $($body)* };
}

#[path = "repo/mod.rs"]
mod repo;
pub use repo::*;
