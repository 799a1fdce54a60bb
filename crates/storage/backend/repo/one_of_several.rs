//! Rows that have one of several values in a column, where an index has each value's rows in the order of a list.

use crate::Conn;
use diesel::sql_types::BigInt;
use fanfare_domain::id::WorkspaceId;
use fanfare_storage::page::FEW;
use fanfare_storage::prelude::*;

/// The column, with the time by which the list of its table is ordered.
pub(in crate::repo) struct Column {
    pub table: &'static str,
    pub name: &'static str,
    pub time: &'static str,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The ids of the rows of a workspace that have one of these values, at most one more than [`FEW`]. One statement looks for
/// all values: a row that goes from one to another meanwhile is found with either.
pub(in crate::repo) async fn ids(
    conn: &mut Conn,
    workspace: WorkspaceId,
    Column { table, name, time }: &Column,
    values: &[&'static str],
) -> QueryResult<Vec<i64>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let most = FEW + 1;
    // Each in the order of its index: without one PostgreSQL may read the whole table, because it expects what it looks for
    // everywhere in it.
    let of_each = values.iter().map(|value| {
        format!(
            "SELECT one.id FROM (SELECT t.id FROM {table} t WHERE t.workspace_id = {workspace} AND t.{name} = '{value}'
                ORDER BY t.{time} DESC, t.id DESC LIMIT {most}) AS one"
        )
    });
    let statement = format!("{} LIMIT {most}", of_each.collect::<Vec<_>>().join(" UNION ALL "));
    let found: Vec<Found> = diesel::sql_query(statement).load(conn).await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}
