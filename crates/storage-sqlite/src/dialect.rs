//! What the repositories say differently on each database.

/// A command's transaction. `BEGIN IMMEDIATE` takes the write lock at once: a read lock that grows could fail midway.
macro_rules! tx {
    ($conn:ident, $body:block) => {{
        use diesel::connection::AnsiTransactionManager;
        let begin = $conn
            .spawn_blocking(|conn| AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"));
        between!(begin, $conn, $body)
    }};
}
/// Runs an INSERT of several rows. diesel-async has it for the inner connection only: still one statement.
macro_rules! batch {
    ($conn:expr, $how:ident, $statement:expr) => {{
        let statement = $statement;
        $conn.spawn_blocking(move |conn| diesel::RunQueryDsl::$how(statement, conn)).await
    }};
}
/// Whether a column contains what a person searches, in any case. SQLite's LIKE ignores the case of ASCII letters only.
macro_rules! contains {
    ($column:expr, $text:expr) => {
        $column.like(fanfare_storage::page::like_pattern($text)).escape('\\')
    };
}
/// What only PostgreSQL needs: nothing here.
macro_rules! pg_only {
    ($($body:tt)*) => {};
}
/// What only SQLite needs.
macro_rules! sqlite_only {
    ($($body:tt)*) => { $($body)* };
}
