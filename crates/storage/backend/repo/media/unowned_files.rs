//! Files of the media store without a media row: those on their way into it, and those to be deleted.

use crate::Conn;
use crate::repo::leases::{lease_time, leases, takeover};
use crate::repo::{jobs, usage};
use diesel::sql_types::BigInt;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{UnownedFileId, WorkspaceId};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_domain::work::{Lapsed, Lease};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::NewUnownedFile;
use fanfare_storage::work::unowned_file::ClaimedFile;
use std::time::Duration;

/// The token of a file that can still get a media row, and the first of one that cannot.
const REGISTERED: i64 = 0;
const GIVEN_UP: i64 = 1;

leases!(unowned_files, id: UnownedFileId);
takeover!(unowned_files, id: UnownedFileId);

/// Registers a file that is about to be written; refused where the workspace may store `most` bytes and has less left.
/// It is deleted from `delete_at` on, unless its media row is stored before.
pub async fn register(
    conn: &mut Conn,
    new: NewUnownedFile,
    most: Option<i64>,
    now: Timestamp,
) -> CommandResult<()> {
    tx!(conn, {
        let workspace = new.workspace_id;
        let query = workspaces::table.find(workspace).select(workspaces::id);
        // Two at once do not both take the last room.
        pg_only! { let query = query.for_no_key_update(); }
        let known: Option<WorkspaceId> = query.first(conn).await.optional()?;
        if known.is_none() {
            return Err(CommandError::NotFound);
        }
        if let Some(most) = most {
            usage::assert_room(conn, workspace, new.size_bytes, most, now).await?;
        }
        let delete_at = jobs::by_present(conn, new.delete_at, now).await?;
        let new = NewUnownedFile { delete_at, ..new };
        diesel::insert_into(unowned_files::table).values(&new).execute(conn).await?;
        Ok(())
    })
}

/// Takes the registration of a file away in the transaction that stores its media row. Refused where the file is being
/// deleted already.
pub(in crate::repo) async fn adopt(
    conn: &mut Conn,
    workspace: WorkspaceId,
    storage_key: &str,
) -> CommandResult<()> {
    let registered = unowned_files::table
        .filter(unowned_files::storage_key.eq(storage_key))
        .filter(unowned_files::workspace_id.eq(workspace).and(unowned_files::lease_token.eq(REGISTERED)));
    if diesel::delete(registered).execute(conn).await? == 1 {
        return Ok(());
    }
    let words = "Storing the file took too long; upload it again.";
    Err(UserError::new(UserErrorCode::Invalid, "file", words).into())
}

/// Has a file deleted that was registered. `false`: its media row is there, or a worker is deleting it. `true`: its media
/// row cannot be stored any more.
pub async fn abandon(
    conn: &mut Conn,
    workspace: WorkspaceId,
    storage_key: &str,
    clock: Timestamp,
) -> QueryResult<bool> {
    let now = jobs::now(conn, clock).await?;
    let registered = unowned_files::table
        .filter(unowned_files::storage_key.eq(storage_key))
        .filter(unowned_files::workspace_id.eq(workspace).and(unowned_files::lease_token.eq(REGISTERED)));
    let abandoned = diesel::update(registered)
        .set((unowned_files::delete_at.eq(now), unowned_files::lease_token.eq(GIVEN_UP)))
        .execute(conn)
        .await?;
    Ok(abandoned == 1)
}

/// Has the file of a media row deleted that the same transaction deletes.
pub(in crate::repo) async fn give_up(conn: &mut Conn, file: NewUnownedFile) -> QueryResult<()> {
    let delete_at = jobs::now(conn, file.delete_at).await?;
    let file = NewUnownedFile { delete_at, ..file };
    diesel::insert_into(unowned_files::table)
        .values((&file, unowned_files::lease_token.eq(GIVEN_UP)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Has the files of workspaces deleted that the same transaction deletes.
pub(in crate::repo) async fn give_up_all(
    conn: &mut Conn,
    workspaces: &[WorkspaceId],
    clock: Timestamp,
) -> QueryResult<()> {
    let now = jobs::now(conn, clock).await?;
    let files = media::table.filter(media::workspace_id.eq_any(workspaces)).select((
        media::storage_key,
        media::workspace_id,
        media::size_bytes,
        now.into_sql::<Ts>(),
        GIVEN_UP.into_sql::<BigInt>(),
    ));
    diesel::insert_into(unowned_files::table)
        .values(files)
        .into_columns((
            unowned_files::storage_key,
            unowned_files::workspace_id,
            unowned_files::size_bytes,
            unowned_files::delete_at,
            unowned_files::lease_token,
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Claims the files whose time came first, at most `limit`.
pub async fn claim(
    conn: &mut Conn,
    clock: Timestamp,
    limit: i64,
    lease_for: Duration,
) -> CommandResult<Vec<ClaimedFile>> {
    tx!(conn, {
        let now = jobs::now(conn, clock).await?;
        let due = unowned_files::table
            .filter(unowned_files::delete_at.le(now).and(unowned_files::lease_until.is_null()))
            .order((unowned_files::delete_at, unowned_files::id))
            .limit(limit)
            .select((unowned_files::id, unowned_files::delete_at));
        // What an upload is storing the media row of is locked too.
        pg_only! { let due = due.for_no_key_update().skip_locked(); }
        let due: Vec<(UnownedFileId, Timestamp)> = due.load(conn).await?;
        let until = lease_time(now).plus(lease_for);
        let mut claimed = Vec::with_capacity(due.len());
        for (id, delete_at) in due {
            let (storage_key, attempts, token): (String, i32, i64) =
                diesel::update(unowned_files::table.find(id))
                    .set((
                        unowned_files::attempts.eq(unowned_files::attempts + 1),
                        unowned_files::lease_token.eq(unowned_files::lease_token + 1),
                        unowned_files::lease_until.eq(Some(until)),
                    ))
                    .returning((
                        unowned_files::storage_key,
                        unowned_files::attempts,
                        unowned_files::lease_token,
                    ))
                    .get_result(conn)
                    .await?;
            let lease = Lease { id, token, until };
            claimed.push(ClaimedFile { lease, storage_key, attempts, lateness: now.since(delete_at) });
        }
        Ok(claimed)
    })
}

/// Releases a claim; the file is due again at `at`. `counted`: whether this was an attempt.
pub async fn give_back(
    conn: &mut Conn,
    lease: Lease<UnownedFileId>,
    at: Timestamp,
    counted: bool,
    clock: Timestamp,
) -> CommandResult<()> {
    let at = jobs::by_present(conn, at, clock).await?;
    let held = diesel::update(held(lease))
        .set((
            unowned_files::delete_at.eq(at),
            unowned_files::attempts.eq(unowned_files::attempts - i32::from(!counted)),
            unowned_files::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)
        .await?;
    if held == 1 { Ok(()) } else { Err(CommandError::Fenced) }
}

/// Ends a claim: the file is deleted.
pub async fn forget(conn: &mut Conn, lease: Lease<UnownedFileId>) -> CommandResult<()> {
    let deleted = diesel::delete(held(lease)).execute(conn).await?;
    if deleted == 1 { Ok(()) } else { Err(CommandError::Fenced) }
}
