//! The PostgreSQL half: the connection type, and the repositories compiled against it.

pub type Conn = diesel_async::AsyncPgConnection;

/// A command's transaction.
macro_rules! tx {
    ($conn:expr, $body:expr) => {
        diesel_async::AsyncConnection::transaction::<_, crate::db::error::CommandError, _>($conn, $body).await
    };
}
/// Runs an INSERT of several rows (`execute` or `get_results`).
macro_rules! batch {
    ($conn:expr, $how:ident, $statement:expr) => {
        diesel_async::RunQueryDsl::$how($statement, $conn).await
    };
}
/// What only PostgreSQL needs.
macro_rules! pg_only {
    ($($body:tt)*) => { $($body)* };
}
/// What only SQLite needs: nothing here.
macro_rules! sqlite_only {
    ($($body:tt)*) => {};
}

#[path = "repo/mod.rs"]
mod repo;
pub use repo::*;
