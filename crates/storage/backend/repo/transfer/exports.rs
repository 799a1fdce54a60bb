//! Exports: asked for, written in parts under a lease, fetched in parts.

use crate::Conn;
use crate::repo::leases::{leases, takeover};
use crate::repo::part_leases::{MOST_ATTEMPTS, MOST_OPEN, part_leases};
use crate::repo::{events, idempotency, jobs};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::ExportPayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::export::ExportStatus;
use fanfare_domain::id::{ExportId, PostId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_domain::work::{Lapsed, Lease};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::page::{ExportFilter, Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Export, NewExport, Post};
use fanfare_storage::work::export::ExportChunk;
use fanfare_storage::work::part_lease::ClaimedParts;
use serde_json::json;
use std::time::Duration;

part_leases!(exports, Export, ExportId, ExportStatus);

/// Stores an export for a worker to write. Under a known key the first result is answered again.
pub async fn create(
    conn: &mut Conn,
    new: NewExport,
    actor: EventActor,
    key: Option<KeyedInput>,
    now: Timestamp,
) -> CommandResult<(Export, Seq)> {
    tx!(conn, {
        let workspace = new.workspace_id;
        if let Some(key) = &key
            && let Replay::Known(first) = idempotency::begin(conn, key, now).await?
        {
            let id = first.and_then(|first| first.get("export_id")?.as_i64()).map(ExportId);
            let found = by_ids(conn, workspace, id.as_slice()).await?.pop();
            return Ok((found.ok_or(CommandError::NotFound)?, events::last_seq(conn, workspace).await?));
        }
        if count_open(conn, workspace).await? >= MOST_OPEN {
            let words = format!("{MOST_OPEN} exports are being written; wait for one of them.");
            return Err(UserError::new(UserErrorCode::TooMany, "kind", words).into());
        }
        let export: Export = diesel::insert_into(exports::table)
            .values((
                exports::workspace_id.eq(workspace),
                exports::requested_by.eq(new.requested_by),
                exports::kind.eq(new.kind),
                exports::status.eq(ExportStatus::Queued),
                exports::first_day.eq(new.first_day),
                exports::last_day.eq(new.last_day),
                exports::from_at.eq(new.from_at),
                exports::to_at.eq(new.to_at),
                (
                    exports::total.eq(0),
                    exports::done.eq(0),
                    exports::rows_written.eq(0),
                    exports::chunks.eq(0),
                ),
                (exports::attempts.eq(0), exports::lease_token.eq(0), exports::run_at.eq(now)),
                exports::created_at.eq(now),
            ))
            .returning(Export::as_returning())
            .get_result(conn)
            .await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "export_id": export.id })).await?;
        }
        let event = event(EventPayload::ExportProgress, &export);
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((export, seq))
    })
}

/// Takes the export that has waited longest. One that nobody can write is given up; its event is answered too.
pub async fn claim(
    conn: &mut Conn,
    clock: Timestamp,
    lease: Duration,
) -> CommandResult<(Option<ClaimedParts<Export, ExportId>>, Option<(WorkspaceId, Seq)>)> {
    tx!(conn, {
        let now = jobs::now(conn, clock).await?;
        let Some(due) = lock_due(conn, now).await? else { return Ok((None, None)) };
        let (waiting, _) = &due;
        if waiting.attempts >= MOST_ATTEMPTS {
            let words = "It could not be written; ask for it again.";
            let given_up = close(conn, waiting.id, ExportStatus::Failed, Some(words), now).await?;
            let event = event(EventPayload::ExportFailed, &given_up);
            let seq = events::append(conn, given_up.workspace_id, None, vec![event], now).await?;
            return Ok((None, Some((given_up.workspace_id, seq))));
        }
        Ok((Some(take(conn, due, lease, now).await?), None))
    })
}

/// Writes the next part, with the place where the one behind it begins. A lease that is no longer held writes nothing.
pub async fn append(
    conn: &mut Conn,
    lease: Lease<ExportId>,
    chunk: ExportChunk,
    clock: Timestamp,
) -> CommandResult<(Export, Seq)> {
    tx!(conn, {
        let now = jobs::now(conn, clock).await?;
        let export = lock_held(conn, lease).await?;
        diesel::insert_into(export_chunks::table)
            .values((
                export_chunks::export_id.eq(export.id),
                export_chunks::position.eq(export.chunks),
                export_chunks::workspace_id.eq(export.workspace_id),
                export_chunks::content.eq(&chunk.content),
            ))
            .execute(conn)
            .await?;
        let done = export.progress.done + chunk.done;
        let mut export: Export = diesel::update(exports::table.find(export.id))
            .set((
                exports::total.eq(chunk.total.max(done)),
                exports::done.eq(done),
                exports::rows_written.eq(export.rows_written + chunk.rows),
                exports::chunks.eq(export.chunks + 1),
                exports::cursor_at.eq(chunk.cursor.map(|(at, _)| at)),
                exports::cursor_id.eq(chunk.cursor.map(|(_, id)| id)),
                exports::attempts.eq(0),
            ))
            .returning(Export::as_returning())
            .get_result(conn)
            .await?;
        let mut kind: fn(ExportPayload) -> EventPayload = EventPayload::ExportProgress;
        if chunk.cursor.is_none() {
            export = close(conn, export.id, ExportStatus::Ready, None, now).await?;
            kind = EventPayload::ExportReady;
        }
        let event = event(kind, &export);
        let seq = events::append(conn, export.workspace_id, None, vec![event], now).await?;
        Ok((export, seq))
    })
}

/// An event of an export; `kind`: the variant of its payload.
fn event(kind: fn(ExportPayload) -> EventPayload, export: &Export) -> NewEvent {
    let payload = ExportPayload {
        export_id: export.id,
        export_kind: export.kind,
        status: export.status,
        done: export.progress.done,
        total: export.progress.total,
        rows: export.rows_written,
        reason: export.progress.error.clone(),
    };
    NewEvent::new(Subject::default(), kind(payload))
}

macro_rules! filtered {
    ($workspace:expr, $filter:expr) => {{
        let mut query = exports::table.into_boxed().filter(exports::workspace_id.eq($workspace));
        if let Some(kinds) = &$filter.kinds {
            query = query.filter(exports::kind.eq_any(kinds.clone()));
        }
        if let Some(statuses) = &$filter.statuses {
            query = query.filter(exports::status.eq_any(statuses.clone()));
        }
        query
    }};
}

/// A window of the exports, newest first.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &ExportFilter,
    window: &Window,
) -> QueryResult<Vec<Export>> {
    let order = Order::NewestFirst;
    windowed!(filtered!(workspace, filter), window, order, exports::created_at, exports::id, ExportId)
        .select(Export::as_select())
        .load(conn)
        .await
}

/// How many exports a filter finds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &ExportFilter) -> QueryResult<i64> {
    filtered!(workspace, filter).count().get_result(conn).await
}

/// An export whose address was signed: the signature stands for the workspace.
pub async fn signed(conn: &mut Conn, id: ExportId) -> QueryResult<Option<Export>> {
    exports::table
        .find(id)
        .filter(exports::status.eq(ExportStatus::Ready))
        .select(Export::as_select())
        .first(conn)
        .await
        .optional()
}

/// A part of a file.
pub async fn chunk(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: ExportId,
    position: i32,
) -> QueryResult<Option<String>> {
    export_chunks::table
        .find((id, position))
        .filter(export_chunks::workspace_id.eq(workspace))
        .select(export_chunks::content)
        .first(conn)
        .await
        .optional()
}

/// Posts that were created from `from` to before `to`, behind a cursor, the oldest first.
pub async fn posts_created(
    conn: &mut Conn,
    workspace: WorkspaceId,
    span: (Timestamp, Timestamp),
    cursor: Option<(Timestamp, PostId)>,
    limit: i64,
) -> QueryResult<Vec<Post>> {
    let mut query = posts::table
        .into_boxed()
        .filter(posts::workspace_id.eq(workspace))
        .filter(posts::created_at.ge(span.0).and(posts::created_at.lt(span.1)));
    if let Some((at, id)) = cursor {
        query = query.filter(posts::created_at.ge(at).and(posts::created_at.gt(at).or(posts::id.gt(id))));
    }
    query.order((posts::created_at, posts::id)).limit(limit).select(Post::as_select()).load(conn).await
}

/// How many posts were created from `from` to before `to`.
pub async fn count_created(
    conn: &mut Conn,
    workspace: WorkspaceId,
    span: (Timestamp, Timestamp),
) -> QueryResult<i64> {
    posts::table
        .filter(posts::workspace_id.eq(workspace))
        .filter(posts::created_at.ge(span.0).and(posts::created_at.lt(span.1)))
        .count()
        .get_result(conn)
        .await
}
