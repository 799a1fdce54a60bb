//! Rows that have one of several values in a column, where an index has each value's rows in an order.

use crate::Conn;
use diesel::sql_types::BigInt;
use fanfare_domain::id::WorkspaceId;
use fanfare_storage::page::FEW;
use fanfare_storage::prelude::*;
use std::fmt::Display;

/// SQLite joins at most 500 lists in a statement.
const VALUES_A_STATEMENT: usize = 100;

/// The column, with what is asked for of its rows, and the order that the index has behind the column, of a table `t`.
pub(in crate::repo) struct Column {
    pub table: &'static str,
    pub name: &'static str,
    pub id: &'static str,
    pub order: &'static str,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The ids of the rows of a workspace that have one of these texts, which are the program's own. Where they are more than
/// [`FEW`], some are left out, but more than [`FEW`] are answered. A row that goes from one text to another meanwhile is
/// found with either, because one statement looks for both.
pub(in crate::repo) async fn with_text(
    conn: &mut Conn,
    workspace: WorkspaceId,
    column: &Column,
    texts: &[&'static str],
) -> QueryResult<Vec<i64>> {
    let literals: Vec<String> = texts.iter().map(|text| format!("'{text}'")).collect();
    find(conn, workspace, column, &literals).await
}

/// The same for numbers.
pub(in crate::repo) async fn with_number<N: Display + Sync>(
    conn: &mut Conn,
    workspace: WorkspaceId,
    column: &Column,
    numbers: &[N],
) -> QueryResult<Vec<i64>> {
    let literals: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    find(conn, workspace, column, &literals).await
}

async fn find(
    conn: &mut Conn,
    workspace: WorkspaceId,
    Column { table, name, id, order }: &Column,
    literals: &[String],
) -> QueryResult<Vec<i64>> {
    let (most, mut ids) = (FEW + 1, Vec::new());
    for literals in literals.chunks(VALUES_A_STATEMENT) {
        // Each in the order of its index: without one PostgreSQL may read the whole table, because it expects what it looks
        // for everywhere in it.
        let of_each = literals.iter().map(|literal| {
            format!(
                "SELECT one.id FROM (SELECT t.{id} AS id FROM {table} t WHERE t.workspace_id = {workspace}
                    AND t.{name} = {literal} ORDER BY {order} LIMIT {most}) AS one"
            )
        });
        let statement = format!("{} LIMIT {most}", of_each.collect::<Vec<_>>().join(" UNION ALL "));
        let found: Vec<Found> = diesel::sql_query(statement).load(conn).await?;
        ids.extend(found.into_iter().map(|row| row.id));
        if i64::try_from(ids.len()).is_ok_and(|found| found > FEW) {
            break;
        }
    }
    Ok(ids)
}
