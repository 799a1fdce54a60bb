//! What repositories are written with on both databases.

/// Cuts a window out of a boxed query: `windowed!(query, window, order, posts::created_at, posts::id, PostId)`. The time's
/// column and the unique column of the id are the list's order and what its cursors are made of.
macro_rules! windowed {
    ($query:expr, $window:expr, $order:expr, $at:expr, $id:expr, $id_type:expr $(,)?) => {{
        let (mut query, window, at, id) = ($query, $window, $at, $id);
        let descending = ($order == fanfare_storage::page::Order::NewestFirst) != window.backward;
        if let Some((start_at, start_id)) = window.start {
            let start_id = $id_type(start_id);
            // The first condition bounds the index's range; an `or` alone would not.
            query = if descending {
                query.filter(at.le(start_at).and(at.lt(start_at).or(id.lt(start_id))))
            } else {
                query.filter(at.ge(start_at).and(at.gt(start_at).or(id.gt(start_id))))
            };
        }
        query =
            if descending { query.order((at.desc(), id.desc())) } else { query.order((at.asc(), id.asc())) };
        query.limit(window.limit).offset(window.offset)
    }};
}

/// Runs a block between an already chosen BEGIN and its COMMIT or ROLLBACK.
macro_rules! between {
    ($begin:expr, $conn:ident, $body:block) => {
        match $begin.await {
            Err(error) => Err(fanfare_storage::error::CommandError::from(error)),
            Ok(()) => {
                let outcome = {
                    let $conn = &mut *$conn;
                    fanfare_storage::connection::transaction::body(async move { $body }).await
                };
                fanfare_storage::connection::transaction::finish($conn, outcome).await
            }
        }
    };
}

/// Inserts rows that nothing is answered of, `$at_once` of them by a statement: `insert_rows!(conn, jobs::table, rows,
/// AT_ONCE)`. The statement of a lone row stays prepared; one of several rows is made for their number.
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr, $at_once:expr) => {
        for rows in $rows.chunks($at_once) {
            if let [row] = rows {
                diesel::insert_into($table).values(row.clone()).execute($conn).await?;
            } else {
                batch!($conn, execute, diesel::insert_into($table).values(rows.to_vec()))?;
            }
        }
    };
}
