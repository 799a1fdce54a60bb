//! What the repositories say differently on each database.

/// A command's transaction.
macro_rules! tx {
    ($conn:ident, $body:block) => {{
        type Manager = <$crate::Conn as diesel_async::AsyncConnection>::TransactionManager;
        let begin =
            <Manager as diesel_async::TransactionManager<$crate::Conn>>::begin_transaction(&mut *$conn);
        between!(begin, $conn, $body)
    }};
}
/// Runs an INSERT of several rows (`execute` or `get_results`).
macro_rules! batch {
    ($conn:expr, $how:ident, $statement:expr) => {
        diesel_async::RunQueryDsl::$how($statement, $conn).await
    };
}
/// Whether a column contains what a person searches, in any case. A statement with a literal is not kept: a plan that
/// does not know the text could not tell whether to take the index of its parts or the list's order.
macro_rules! contains {
    ($column:expr, $text:expr) => {
        $column
            .ilike(fanfare_storage::page::like_pattern($text))
            .escape('\\')
            .and(diesel::dsl::sql::<diesel::sql_types::Bool>("true"))
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
