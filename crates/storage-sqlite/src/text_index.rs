//! The full-text tables, which know every three characters in a row of the texts that people search. A search finds in
//! them which rows may hold a text; the filter then decides by the rows themselves. Triggers keep them (`migrations/`).

use crate::Conn;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use fanfare_domain::id::WorkspaceId;

/// What is searched: the table, with the columns of a search.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Searched {
    PostContent,
    MessageText,
    MessageSender,
    /// Name and alternative text.
    MediaText,
}

impl Searched {
    fn table(self) -> &'static str {
        match self {
            Self::PostContent => "posts_parts",
            Self::MessageText | Self::MessageSender => "inbox_messages_parts",
            Self::MediaText => "media_parts",
        }
    }

    fn columns(self) -> &'static str {
        match self {
            Self::PostContent => "content",
            Self::MessageText => "text",
            Self::MessageSender => "{sender_name sender_handle}",
            Self::MediaText => "{file_name alt_text}",
        }
    }
}

/// The tables know no shorter texts.
const SHORTEST: usize = 3;
/// A row's number in a table is its workspace's, shifted by this, and its own.
const ID_BITS: u32 = 40;
/// More rows than this are not taken out of a table one by one, but the whole table is written again: at 3 to 16 ms a row,
/// nobody else could write for many seconds.
const MANY: i64 = 200;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The rows of a workspace that may hold `text`, at most `most` of them: all that hold it in any case are among them.
/// `None`: the text is too short.
pub(crate) async fn holders(
    conn: &mut Conn,
    searched: Searched,
    workspace: WorkspaceId,
    text: &str,
    most: i64,
) -> QueryResult<Option<Vec<i64>>> {
    if text.chars().count() < SHORTEST {
        return Ok(None);
    }
    let (first, last) = (workspace.0 << ID_BITS, (workspace.0 << ID_BITS) + ((1 << ID_BITS) - 1));
    let phrase = format!("{} : \"{}\"", searched.columns(), text.replace('"', "\"\""));
    let table = searched.table();
    let statement = format!(
        "SELECT rowid - ? AS id FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?"
    );
    let query = diesel::sql_query(statement).bind::<BigInt, _>(first).bind::<Text, _>(phrase);
    let query = query.bind::<BigInt, _>(first).bind::<BigInt, _>(last).bind::<BigInt, _>(most);
    let found: Vec<Found> = query.load(conn).await?;
    Ok(Some(found.into_iter().map(|row| row.id).collect()))
}

/// Prepares the tables for the deletion of so many rows in this transaction. Answers whether [`end_deletion`] has to
/// follow it.
pub(crate) async fn begin_deletion(conn: &mut Conn, rows: i64) -> QueryResult<bool> {
    if rows <= MANY {
        return Ok(false);
    }
    conn.batch_execute(
        "insert into posts_parts (posts_parts, rank) values ('secure-delete', 0);
         insert into inbox_messages_parts (inbox_messages_parts, rank) values ('secure-delete', 0);
         insert into media_parts (media_parts, rank) values ('secure-delete', 0);",
    )
    .await?;
    Ok(true)
}

/// Writes the tables again, without what was deleted.
pub(crate) async fn end_deletion(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute(
        "insert into posts_parts (posts_parts) values ('optimize');
         insert into inbox_messages_parts (inbox_messages_parts) values ('optimize');
         insert into media_parts (media_parts) values ('optimize');
         insert into posts_parts (posts_parts, rank) values ('secure-delete', 1);
         insert into inbox_messages_parts (inbox_messages_parts, rank) values ('secure-delete', 1);
         insert into media_parts (media_parts, rank) values ('secure-delete', 1);",
    )
    .await
}
