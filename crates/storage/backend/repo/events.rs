//! The durable log. A workspace's counter is taken last in a transaction, so that it is locked for the shortest time
//! and its order is the order of the commits.

use super::Conn;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{ActivityKind, NewEvent, Seq};
use fanfare_domain::id::{PostId, UserId, WorkspaceId};
use fanfare_storage::origin;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{AuditRow, EventRow};

/// Rows of one statement: SQLite takes 32,766 bind variables, a row has 16.
const ROWS_AT_ONCE: usize = 1_000;

/// Appends events, with the address and the key of the request that a person made; answers the position of the last.
/// Nothing to append: the last position there is.
pub async fn append(
    conn: &mut Conn,
    workspace: WorkspaceId,
    actor: Option<UserId>,
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
    // Without a person there is nobody whose address could be erased later.
    let origin = actor.map(|_| origin::current()).unwrap_or_default();
    let rows: Vec<AuditRow> = new
        .into_iter()
        .zip(last - count + 1..)
        .map(|(mut event, seq)| AuditRow {
            address: origin.address.map(|address| address.to_string()),
            api_key_id: origin.api_key,
            changes: event.take_changes().map(Json),
            event: EventRow {
                workspace_id: workspace,
                seq,
                kind: event.kind,
                post_id: event.subject.post_id,
                target_id: event.subject.target_id,
                account_id: event.subject.account_id,
                media_id: event.subject.media_id,
                user_id: event.subject.user_id,
                campaign_id: event.subject.campaign_id,
                template_id: event.subject.template_id,
                actor_id: actor,
                payload: Json(event.payload),
                at,
            },
        })
        .collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        batch!(conn, execute, diesel::insert_into(events::table).values(rows.to_vec()))?;
    }
    Ok(last)
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

/// What kinds of events follow a position, and when they happened; oldest first.
pub async fn changes_after(
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

/// Events of one post, newest first.
pub async fn of_post(
    conn: &mut Conn,
    workspace: WorkspaceId,
    post: PostId,
    limit: i64,
) -> QueryResult<Vec<EventRow>> {
    events::table
        .filter(events::workspace_id.eq(workspace).and(events::post_id.eq(post)))
        .order(events::seq.desc())
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)
        .await
}

/// A page of the log, newest first, before a position.
pub async fn before(
    conn: &mut Conn,
    workspace: WorkspaceId,
    seq: Option<Seq>,
    limit: i64,
) -> QueryResult<Vec<EventRow>> {
    events::table
        .filter(events::workspace_id.eq(workspace).and(events::seq.lt(seq.unwrap_or(Seq::MAX))))
        .order(events::seq.desc())
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)
        .await
}

/// When the event at a position happened; `None` if there is none.
pub async fn time_of(conn: &mut Conn, workspace: WorkspaceId, seq: Seq) -> QueryResult<Option<Timestamp>> {
    events::table.find((workspace, seq)).select(events::at).first(conn).await.optional()
}
