//! The one place where a call chooses its database.

/// `db_read!(db, posts::page(workspace, &filter))`: a query, on any connection of PostgreSQL or a reader of SQLite.
macro_rules! db_read {
    ($db:expr, $module:ident :: $function:ident ( $($arg:expr),* $(,)? )) => {
        $crate::db::on_db!(read, $db, $module::$function($($arg),*))
    };
}

/// The same for a command, on SQLite's one writer.
macro_rules! db_write {
    ($db:expr, $module:ident :: $function:ident ( $($arg:expr),* $(,)? )) => {
        $crate::db::on_db!(write, $db, $module::$function($($arg),*))
    };
}

macro_rules! on_db {
    ($pool:ident, $db:expr, $module:ident :: $function:ident ( $($arg:expr),* )) => {
        async {
            let asked = std::time::Instant::now();
            let outcome: Result<_, $crate::db::DbError> = match $db {
                $crate::db::Db::Pg { pool, .. } => {
                    let mut conn = pool.get().await?;
                    let call = concat!(stringify!($module), "::", stringify!($function));
                    let _timed = $crate::db::call_times::begin(asked, stringify!($pool), call);
                    $crate::db::statements::watch(&mut *conn);
                    Ok($crate::db::pg::$module::$function(&mut conn, $($arg),*).await?)
                }
                $crate::db::Db::Sqlite { $pool: pool, .. } => {
                    let mut conn = pool.get().await?;
                    let call = concat!(stringify!($module), "::", stringify!($function));
                    let _timed = $crate::db::call_times::begin(asked, stringify!($pool), call);
                    $crate::db::statements::watch(&mut *conn);
                    Ok($crate::db::sqlite::$module::$function(&mut conn, $($arg),*).await?)
                }
            };
            outcome
        }
        .await
    };
}

pub(crate) use db_read;
pub(crate) use db_write;
pub(crate) use on_db;
