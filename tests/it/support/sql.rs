//! A look into the database itself, past the server.

use super::database::Database;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection};
use std::collections::BTreeMap;
use tokio_postgres::{NoTls, SimpleQueryMessage};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

/// Runs statements and answers the first column of each row that they give, as text. On SQLite: one statement, and the
/// column has to be called `line`.
pub async fn lines(db: &Database, statements: &str) -> Vec<String> {
    if let Some(path) = db.url().strip_prefix("sqlite://") {
        let mut conn = patient(path);
        let rows: Vec<Line> = diesel::sql_query(statements).load(&mut conn).unwrap();
        return rows.into_iter().map(|row| row.line).collect();
    }
    let (client, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let found = client.simple_query(statements).await.unwrap();
    let row = |message| match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
        _ => None,
    };
    found.into_iter().filter_map(row).collect()
}

/// A connection beside others, of which one may hold the lock for a moment.
fn patient(path: &str) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(path).unwrap();
    conn.batch_execute("pragma busy_timeout = 10000").unwrap();
    conn
}

/// Runs a statement that answers nothing.
pub async fn execute(db: &Database, statement: &str) {
    if let Some(path) = db.url().strip_prefix("sqlite://") {
        let mut conn = patient(path);
        return conn.batch_execute(statement).unwrap();
    }
    let (client, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(statement).await.unwrap();
}

/// The product's tables, by name, without those that make up SQLite's full-text indexes.
pub async fn tables(db: &Database) -> Vec<String> {
    let statement = if db.is_postgres() {
        "select tablename::text as line from pg_tables where schemaname = 'public' order by 1"
    } else {
        "select name as line from pragma_table_list where schema = 'main' and type = 'table'
            and name not like 'sqlite\\_%' escape '\\' order by 1"
    };
    let found = lines(db, statement).await;
    found.into_iter().filter(|table| !table.starts_with("__diesel")).collect()
}

/// Every row of a table, whole.
pub async fn rows(db: &Database, table: &str) -> Vec<String> {
    if db.is_postgres() {
        return lines(db, &format!("select it::text as line from {table} it")).await;
    }
    let columns = lines(db, &format!("select name as line from pragma_table_info('{table}')")).await;
    let whole: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
    lines(db, &format!("select {} as line from {table}", whole.join(" || ', ' || "))).await
}

/// How many rows each table has.
pub async fn row_counts(db: &Database) -> BTreeMap<String, String> {
    let mut counts = BTreeMap::new();
    for table in tables(db).await {
        let count = lines(db, &format!("select cast(count(*) as text) as line from {table}")).await;
        counts.insert(table, count.concat());
    }
    counts
}
