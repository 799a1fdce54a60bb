//! Imports: stored with their lines, worked on in parts under a lease. A line is there until the transaction that stores
//! its post, or its problems: a worker that dies loses and doubles none.

use crate::Conn;
use crate::repo::leases::{leases, takeover};
use crate::repo::part_leases::{MOST_ATTEMPTS, MOST_OPEN, part_leases};
use crate::repo::{events, idempotency, jobs, posts, units, usage};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::ImportPayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{ImportId, ImportProblemId, WorkspaceId};
use fanfare_domain::import::ImportStatus;
use fanfare_domain::quota::{PostQuota, is_open};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_domain::work::{Lapsed, Lease};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::page::{Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Import, ImportLine, ImportProblem, NewImport, NewImportProblem};
use fanfare_storage::work::import::ImportPart;
use fanfare_storage::work::part_lease::ClaimedParts;
use serde_json::json;
use std::time::Duration;

/// Rows of one statement: SQLite takes 32,766 bind variables.
const ROWS_AT_ONCE: usize = 1_000;

part_leases!(imports, Import, ImportId, ImportStatus);

/// Stores an import for a worker to go through. Under a known key the first result is answered again.
pub async fn create(
    conn: &mut Conn,
    new: NewImport,
    actor: EventActor,
    key: Option<KeyedInput>,
    now: Timestamp,
) -> CommandResult<(Import, Seq)> {
    tx!(conn, {
        let workspace = new.workspace_id;
        if let Some(key) = &key
            && let Replay::Known(first) = idempotency::begin(conn, key, now).await?
        {
            let id = first.and_then(|first| first.get("import_id")?.as_i64()).map(ImportId);
            let found = by_ids(conn, workspace, id.as_slice()).await?.pop();
            return Ok((found.ok_or(CommandError::NotFound)?, events::last_seq(conn, workspace).await?));
        }
        if count_open(conn, workspace).await? >= MOST_OPEN {
            let words = format!("{MOST_OPEN} imports are under way; wait for one of them.");
            return Err(UserError::new(UserErrorCode::TooMany, "file", words).into());
        }
        let import = insert(conn, new, now).await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "import_id": import.id })).await?;
        }
        let event = event(EventPayload::ImportProgress, &import);
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((import, seq))
    })
}

async fn insert(conn: &mut Conn, new: NewImport, now: Timestamp) -> QueryResult<Import> {
    let columns = new.columns.iter().map(ToString::to_string).collect();
    let import: Import = diesel::insert_into(imports::table)
        .values((
            imports::workspace_id.eq(new.workspace_id),
            imports::requested_by.eq(new.requested_by),
            imports::file_name.eq(new.file_name),
            imports::dry_run.eq(new.dry_run),
            imports::status.eq(ImportStatus::Queued),
            imports::heading.eq(Strings(columns)),
            imports::total.eq(i64::try_from(new.lines.len()).unwrap_or(i64::MAX)),
            (imports::done.eq(0), imports::created.eq(0), imports::failed.eq(0)),
            (imports::attempts.eq(0), imports::lease_token.eq(0), imports::run_at.eq(now)),
            imports::created_at.eq(now),
        ))
        .returning(Import::as_returning())
        .get_result(conn)
        .await?;
    let rows = new.lines.into_iter().map(|line| ImportLine {
        import_id: import.id,
        line: line.number,
        workspace_id: import.workspace_id,
        cells: Strings(line.cells),
    });
    let rows: Vec<ImportLine> = rows.collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        batch!(conn, execute, diesel::insert_into(import_lines::table).values(rows.to_vec()))?;
    }
    Ok(import)
}

/// Takes the import that has waited longest. One that nobody can go through is given up; its event is answered too.
pub async fn claim(
    conn: &mut Conn,
    clock: Timestamp,
    lease: Duration,
) -> CommandResult<(Option<ClaimedParts<Import, ImportId>>, Option<(WorkspaceId, Seq)>)> {
    tx!(conn, {
        let now = jobs::now(conn, clock).await?;
        let Some(due) = lock_due(conn, now).await? else { return Ok((None, None)) };
        let (waiting, _) = &due;
        if waiting.attempts >= MOST_ATTEMPTS {
            let words = "It could not be gone on with; import the lines that are missing again.";
            let (given_up, seq) = end(conn, waiting.id, ImportStatus::Failed, Some(words), None, now).await?;
            return Ok((None, Some((given_up.workspace_id, seq))));
        }
        Ok((Some(take(conn, due, lease, now).await?), None))
    })
}

/// The lines that come next.
pub async fn next_lines(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: ImportId,
    limit: i64,
) -> QueryResult<Vec<ImportLine>> {
    import_lines::table
        .filter(import_lines::import_id.eq(id).and(import_lines::workspace_id.eq(workspace)))
        .order(import_lines::line)
        .limit(limit)
        .select(ImportLine::as_select())
        .load(conn)
        .await
}

/// Stores what the next lines came to, and forgets the lines. A lease that is no longer held writes nothing, nor does a
/// part beyond the workspace's quota. `at` is the time by which the posts' own times were validated.
pub async fn advance(
    conn: &mut Conn,
    lease: Lease<ImportId>,
    part: ImportPart,
    quota: PostQuota,
    at: Timestamp,
) -> CommandResult<(Import, Seq)> {
    tx!(conn, {
        let now = jobs::now(conn, at).await?;
        let import = lock_held(conn, lease).await?;
        let posts_created = i64::try_from(part.posts.len()).unwrap_or(i64::MAX);
        let mut made = posts::insert(conn, import.workspace_id, &part.posts, at).await?;
        usage::count_created(conn, import.workspace_id, posts_created, quota.per_day, now).await?;
        units::log(conn, &mut made, import.requested_by.map(EventActor::from)).await?;
        if made.iter().any(|post| is_open(post.post.status)) {
            usage::assert_open(conn, import.workspace_id, quota.open).await?;
        }
        let problems = part.problems.into_iter().map(|problem| NewImportProblem {
            import_id: import.id,
            workspace_id: import.workspace_id,
            line: problem.line,
            field: problem.column,
            code: problem.code,
            message: problem.message,
            created_at: now,
        });
        let problems: Vec<NewImportProblem> = problems.collect();
        for rows in problems.chunks(ROWS_AT_ONCE) {
            batch!(conn, execute, diesel::insert_into(import_problems::table).values(rows.to_vec()))?;
        }
        if let Some(last) = part.last_line {
            let read = import_lines::import_id.eq(import.id).and(import_lines::line.le(last));
            diesel::delete(import_lines::table.filter(read)).execute(conn).await?;
        }
        let import: Import = diesel::update(imports::table.find(import.id))
            .set((
                imports::done.eq(import.progress.done + part.lines),
                imports::created.eq(import.created + posts_created),
                imports::failed.eq(import.failed + part.failed),
                imports::attempts.eq(0),
            ))
            .returning(Import::as_returning())
            .get_result(conn)
            .await?;
        if import.progress.done >= import.progress.total {
            return Ok(end(conn, import.id, ImportStatus::Done, None, None, now).await?);
        }
        let event = event(EventPayload::ImportProgress, &import);
        let seq = events::append(conn, import.workspace_id, None, vec![event], now).await?;
        Ok((import, seq))
    })
}

/// Ends an import that must not continue, with the reason.
pub async fn give_up(
    conn: &mut Conn,
    lease: Lease<ImportId>,
    reason: &str,
    clock: Timestamp,
) -> CommandResult<(Import, Seq)> {
    tx!(conn, {
        let now = jobs::now(conn, clock).await?;
        let import = lock_held(conn, lease).await?;
        Ok(end(conn, import.id, ImportStatus::Failed, Some(reason), None, now).await?)
    })
}

/// Ends an import for a person. The posts that it has created stay.
pub async fn cancel(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: ImportId,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(Import, Seq)> {
    tx!(conn, {
        let open = imports::table
            .filter(imports::workspace_id.eq(workspace).and(imports::id.eq(id)))
            .select(Import::as_select());
        pg_only! { let open = open.for_no_key_update(); }
        let import: Import = open.first(conn).await.optional()?.ok_or(CommandError::NotFound)?;
        if !import.status.is_open() {
            return Err(UserError::new(UserErrorCode::ImportEnded, "id", "The import has ended.").into());
        }
        Ok(end(conn, id, ImportStatus::Cancelled, None, Some(actor), now).await?)
    })
}

/// Ends an import, with its event; the lines that are left go.
async fn end(
    conn: &mut Conn,
    id: ImportId,
    status: ImportStatus,
    error: Option<&str>,
    actor: Option<EventActor>,
    now: Timestamp,
) -> QueryResult<(Import, Seq)> {
    diesel::delete(import_lines::table.filter(import_lines::import_id.eq(id))).execute(conn).await?;
    let import = close(conn, id, status, error, now).await?;
    let event = event(EventPayload::ImportFinished, &import);
    let seq = events::append(conn, import.workspace_id, actor, vec![event], now).await?;
    Ok((import, seq))
}

/// An event of an import; `kind`: the variant of its payload.
fn event(kind: fn(ImportPayload) -> EventPayload, import: &Import) -> NewEvent {
    let payload = ImportPayload {
        import_id: import.id,
        file_name: import.file_name.clone(),
        dry_run: import.dry_run,
        status: import.status,
        total: import.progress.total,
        done: import.progress.done,
        created: import.created,
        failed: import.failed,
        reason: import.progress.error.clone(),
    };
    NewEvent::new(Subject::default(), kind(payload))
}

/// A window of a workspace's imports, the newest first.
pub async fn page(conn: &mut Conn, workspace: WorkspaceId, window: &Window) -> QueryResult<Vec<Import>> {
    let query = imports::table.into_boxed().filter(imports::workspace_id.eq(workspace));
    windowed!(query, window, Order::NewestFirst, imports::created_at, imports::id, ImportId)
        .select(Import::as_select())
        .load(conn)
        .await
}

/// How many imports a workspace has.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId) -> QueryResult<i64> {
    imports::table.filter(imports::workspace_id.eq(workspace)).count().get_result(conn).await
}

/// A window of an import's problems, in the order of the lines.
pub async fn problems(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: ImportId,
    window: &Window,
) -> QueryResult<Vec<ImportProblem>> {
    let query = import_problems::table
        .into_boxed()
        .filter(import_problems::import_id.eq(id).and(import_problems::workspace_id.eq(workspace)));
    let (at, row) = (import_problems::created_at, import_problems::id);
    windowed!(query, window, Order::OldestFirst, at, row, ImportProblemId)
        .select(ImportProblem::as_select())
        .load(conn)
        .await
}

/// Problems of imports by id; those of other workspaces are left out.
pub async fn problems_by_ids(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[ImportProblemId],
) -> QueryResult<Vec<ImportProblem>> {
    import_problems::table
        .filter(import_problems::workspace_id.eq(workspace).and(import_problems::id.eq_any(ids)))
        .select(ImportProblem::as_select())
        .load(conn)
        .await
}

/// How many problems an import has.
pub async fn count_problems(conn: &mut Conn, workspace: WorkspaceId, id: ImportId) -> QueryResult<i64> {
    import_problems::table
        .filter(import_problems::import_id.eq(id).and(import_problems::workspace_id.eq(workspace)))
        .count()
        .get_result(conn)
        .await
}
