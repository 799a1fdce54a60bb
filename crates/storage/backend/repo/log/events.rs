//! The durable log. A workspace's counter is taken last in a transaction, so that it is locked for the shortest time
//! and its order is the order of the commits.

use crate::Conn;
use diesel::result::Error::SerializationError;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{ActivityKind, EventActor, LogReader, NewEvent, Seq, Sight};
use fanfare_domain::id::WorkspaceId;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{AuditRow, EventRow};

/// Rows of one statement: SQLite takes 32,766 bind variables, a row has 16.
const ROWS_AT_ONCE: usize = 1_000;

/// Appends events, with who caused them (`None`: the server itself); returns the position of the last.
/// Nothing to append: the last position there is.
pub async fn append(
    conn: &mut Conn,
    workspace: WorkspaceId,
    actor: Option<EventActor>,
    new: Vec<NewEvent>,
    at: Timestamp,
) -> QueryResult<Seq> {
    if new.is_empty() {
        return last_seq(conn, workspace).await;
    }
    let count = i64::try_from(new.len()).unwrap_or(i64::MAX);
    let last: Seq = diesel::update(event_counters::table.find(workspace))
        .set(event_counters::last_seq.eq(event_counters::last_seq + count))
        .returning(event_counters::last_seq)
        .get_result(conn)
        .await?;
    let rows = new.into_iter().zip(last - count + 1..);
    let rows = rows.map(|(event, seq)| row((workspace, seq), actor, event, at));
    let rows: Vec<AuditRow> = rows.collect::<QueryResult<_>>()?;
    for rows in rows.chunks(ROWS_AT_ONCE) {
        batch!(conn, execute, diesel::insert_into(events::table).values(rows.to_vec()))?;
    }
    Ok(last)
}

fn row(
    (workspace_id, seq): (WorkspaceId, Seq),
    actor: Option<EventActor>,
    event: NewEvent,
    at: Timestamp,
) -> QueryResult<AuditRow> {
    let subject = event.subject;
    let payload = event.payload.to_json().map_err(|error| SerializationError(Box::new(error)))?;
    Ok(AuditRow {
        address: actor.and_then(|actor| actor.ip_address).map(|address| address.to_string()),
        api_key_id: actor.and_then(|actor| actor.api_key),
        changes: event.difference.map(|difference| Json(difference.into_json())),
        event: EventRow {
            workspace_id,
            seq,
            kind: event.payload.kind(),
            post_id: subject.post_id,
            target_id: subject.target_id,
            account_id: subject.account_id,
            media_id: subject.media_id,
            user_id: subject.user_id,
            campaign_id: subject.campaign_id,
            template_id: subject.template_id,
            actor_id: actor.map(|actor| actor.user_id),
            payload: Json(payload),
            at,
        },
    })
}

/// The last position of a workspace's log.
pub async fn last_seq(conn: &mut Conn, workspace: WorkspaceId) -> QueryResult<Seq> {
    event_counters::table.find(workspace).select(event_counters::last_seq).first(conn).await
}

/// The last positions of the logs that have subscribers here: the hub's sweep.
pub async fn last_seqs(conn: &mut Conn, workspaces: &[WorkspaceId]) -> QueryResult<Vec<(WorkspaceId, Seq)>> {
    event_counters::table.filter(event_counters::workspace_id.eq_any(workspaces)).load(conn).await
}

/// Events after a position, oldest first.
pub async fn after(
    conn: &mut Conn,
    workspace: WorkspaceId,
    seq: Seq,
    limit: i64,
) -> QueryResult<Vec<EventRow>> {
    events::table
        .filter(events::workspace_id.eq(workspace).and(events::seq.gt(seq)))
        .order(events::seq)
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)
        .await
}

/// The newest events up to a position that a reader sees, newest first.
pub async fn latest(
    conn: &mut Conn,
    workspace: WorkspaceId,
    reader: LogReader,
    up_to: Seq,
    limit: i64,
) -> QueryResult<Vec<EventRow>> {
    let for_all = events::kind.eq_any(reader.kinds(Sight::All));
    let own = events::kind.eq_any(reader.kinds(Sight::Own)).and(events::user_id.eq(reader.user_id));
    // As `LogReader::sees` decides of them.
    let about = reader.in_session.then_some(reader.user_id);
    let unknown = events::kind
        .ne_all(ActivityKind::ALL.to_vec())
        .and(events::user_id.is_null().or(events::user_id.eq(about)));
    events::table
        .filter(events::workspace_id.eq(workspace).and(events::seq.le(up_to)))
        .filter(for_all.or(own).or(unknown))
        .order(events::seq.desc())
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)
        .await
}

/// What kinds of events follow a position, and when they happened; oldest first.
pub async fn marks_after(
    conn: &mut Conn,
    workspace: WorkspaceId,
    seq: Seq,
    limit: i64,
) -> QueryResult<Vec<(Seq, ActivityKind, Timestamp)>> {
    events::table
        .filter(events::workspace_id.eq(workspace).and(events::seq.gt(seq)))
        .order(events::seq)
        .limit(limit)
        .select((events::seq, events::kind, events::at))
        .load(conn)
        .await
}

/// When the event at a position happened; `None` if there is none.
pub async fn time_of(conn: &mut Conn, workspace: WorkspaceId, seq: Seq) -> QueryResult<Option<Timestamp>> {
    events::table.find((workspace, seq)).select(events::at).first(conn).await.optional()
}
