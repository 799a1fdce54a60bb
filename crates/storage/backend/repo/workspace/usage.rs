//! What workspaces use of the server, and the limits on it. Each limit is looked at in the transaction that uses
//! something up, under a lock of the workspace, so that two at once do not both take the last place.

use crate::Conn;
use crate::repo::kept_counts::{self, Wanted};
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::kept_count::KeptCount;
use fanfare_domain::post::PostStatus;
use fanfare_domain::quota::{OPEN, WorkspaceUsage, storage_full, too_many_open, too_many_today};
use fanfare_storage::prelude::*;

/// Refuses a file of `bytes` where the workspace may store `most` bytes and has less left. The caller holds the lock of
/// the workspace.
pub(in crate::repo) async fn assert_room(
    conn: &mut Conn,
    workspace: WorkspaceId,
    bytes: i64,
    most: i64,
    now: Timestamp,
) -> CommandResult<()> {
    let used = stored_bytes(conn, workspace, now).await?;
    if bytes > most.saturating_sub(used) {
        return Err(storage_full(most, used, bytes).into());
    }
    Ok(())
}

/// Media and the files on their way into the store. One statement, so that a file whose media row is stored meanwhile
/// counts once.
async fn stored_bytes(conn: &mut Conn, workspace: WorkspaceId, now: Timestamp) -> QueryResult<i64> {
    let bytes = sql::<BigInt>(
        "cast(coalesce((select sum(m.size_bytes) from media m where m.workspace_id = workspaces.id), 0)
         + coalesce((select sum(f.size_bytes) from unowned_files f
           where f.workspace_id = workspaces.id and f.lease_token = 0 and f.delete_at > ",
    )
    .bind::<Ts, _>(now)
    .sql("), 0) as bigint)");
    let found: Option<i64> = workspaces::table.find(workspace).select(bytes).first(conn).await.optional()?;
    Ok(found.unwrap_or(0))
}

/// Counts posts that are created; refused where the workspace may create `most` a day and has created too many. The
/// workspace's row stays locked until the transaction ends.
pub(in crate::repo) async fn count_created(
    conn: &mut Conn,
    workspace: WorkspaceId,
    posts: i64,
    most: Option<i64>,
    now: Timestamp,
) -> CommandResult<()> {
    let Some(most) = most.filter(|_| posts > 0) else { return Ok(()) };
    let day = day_of(now);
    let room = most.saturating_sub(posts);
    if room < 0 {
        return Err(too_many_today(most).into());
    }
    // A second look, where another transaction has stored the workspace's row, or begun the day, meanwhile.
    for _ in 0..2 {
        let today = post_usage::table
            .find(workspace)
            .filter(post_usage::day.ge(day).and(post_usage::created.le(room)));
        let counted = diesel::update(today)
            .set(post_usage::created.eq(post_usage::created + posts))
            .execute(conn)
            .await?;
        if counted == 1 || begin_day(conn, workspace, day, posts).await? {
            return Ok(());
        }
    }
    Err(too_many_today(most).into())
}

/// Counts the first posts of a day; `false`: there were others before.
async fn begin_day(conn: &mut Conn, workspace: WorkspaceId, day: i64, posts: i64) -> QueryResult<bool> {
    let earlier = post_usage::table.find(workspace).filter(post_usage::day.lt(day));
    let begun = diesel::update(earlier)
        .set((post_usage::day.eq(day), post_usage::created.eq(posts)))
        .execute(conn)
        .await?;
    if begun == 1 {
        return Ok(true);
    }
    let stored = diesel::insert_into(post_usage::table)
        .values((
            post_usage::workspace_id.eq(workspace),
            post_usage::day.eq(day),
            post_usage::created.eq(posts),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(stored == 1)
}

/// What a workspace uses.
pub async fn of_workspace(
    conn: &mut Conn,
    workspace: WorkspaceId,
    now: Timestamp,
) -> QueryResult<WorkspaceUsage> {
    let today = post_usage::table.find(workspace).filter(post_usage::day.ge(day_of(now)));
    let posts_today: Option<i64> = today.select(post_usage::created).first(conn).await.optional()?;
    Ok(WorkspaceUsage {
        storage_bytes: stored_bytes(conn, workspace, now).await?,
        open_posts: open_posts(conn, workspace).await?,
        posts_today: posts_today.unwrap_or(0),
    })
}

async fn open_posts(conn: &mut Conn, workspace: WorkspaceId) -> QueryResult<i64> {
    let open = Wanted::all(KeptCount::WorkspacePosts).with(Some(OPEN.as_slice()), PostStatus::as_str);
    kept_counts::read(conn, workspace, open).await
}

/// Refuses a transaction that leaves more posts open than the workspace may have. Called once its events are appended:
/// that has locked the workspace's counter, so that one such transaction counts at a time.
pub(in crate::repo) async fn assert_open(
    conn: &mut Conn,
    workspace: WorkspaceId,
    most: Option<i64>,
) -> CommandResult<()> {
    let Some(most) = most else { return Ok(()) };
    if open_posts(conn, workspace).await? > most {
        return Err(too_many_open(most).into());
    }
    Ok(())
}

/// A day of UTC, counted from 1970.
fn day_of(now: Timestamp) -> i64 {
    now.0.timestamp().div_euclid(86_400)
}
