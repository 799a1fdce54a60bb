//! Media that posts name by their addresses: asked for with the post, fetched under a lease.
//!
//! Whoever writes here holds the lock of the post first, then that of the fetch.

use crate::Conn;
use crate::repo::leases::{lease_time, leases, overdue};
use crate::repo::{jobs, units, unowned_files};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{MediaFetchId, MediaId, PostId, UserId, WorkspaceId};
use fanfare_domain::media::{FetchStatus, MediaState};
use fanfare_domain::post::{FetchedMedia, NewPost, PostAggregate};
use fanfare_domain::work::{Lapsed, Lease};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Media, MediaFetch, NewMedia, NewMediaFetch, PostMedium};
use fanfare_storage::work::media_fetch::{ClaimedFetch, FetchFailure};
use std::time::Duration;

leases!(media_fetches, id: MediaFetchId);
overdue!(
    media_fetches,
    id: MediaFetchId,
    lease_until,
    lease_token,
    media_fetches::status.eq(FetchStatus::Running)
);

/// Fetches of one workspace at the same time, over all nodes: one that fills the queue leaves room for the others.
const MOST_OF_A_WORKSPACE: i64 = 2;
/// Rows of one statement: SQLite takes 32,766 bind variables, a row has 10.
const AT_ONCE: usize = 1_000;

/// Makes the fetches of a post be those of `urls`, whose places begin at `first`: those that are there continue, failed
/// ones begin again. The media that are fetched already are attached. Answers what follows for the post.
pub(in crate::repo) async fn settle_on(
    conn: &mut Conn,
    workspace: WorkspaceId,
    post: PostId,
    urls: &[String],
    first: usize,
    asked: (UserId, Timestamp),
) -> QueryResult<Option<MediaState>> {
    let mut known = of_posts(conn, workspace, &[post]).await?;
    let mut statuses = Vec::with_capacity(urls.len());
    for (url, place) in urls.iter().zip(first..) {
        let position = i32::try_from(place).unwrap_or(i32::MAX);
        let there = known.iter().position(|it| it.url == *url).map(|at| known.swap_remove(at));
        statuses.push(if let Some(fetch) = there {
            keep(conn, &fetch, position, asked.1).await?
        } else {
            let new = NewMediaFetch::new((workspace, post), url, position, asked);
            diesel::insert_into(media_fetches::table).values(new).execute(conn).await?;
            FetchStatus::Queued
        });
    }
    let gone: Vec<MediaFetchId> = known.iter().map(|it| it.id).collect();
    if !gone.is_empty() {
        diesel::delete(media_fetches::table.filter(media_fetches::id.eq_any(gone))).execute(conn).await?;
    }
    Ok(MediaState::of(&statuses))
}

/// Asks for the media that new posts name by their addresses. They come behind those that the posts name by their ids.
/// Each post with what it was made of, and when.
pub(in crate::repo) async fn insert_first(
    conn: &mut Conn,
    of_posts: &[(PostId, &NewPost, Timestamp)],
) -> QueryResult<()> {
    let rows = of_posts.iter().flat_map(|&(post, new, now)| {
        let urls = new.media_urls.iter().zip(new.media_ids.len()..);
        urls.map(move |(url, place)| {
            let position = i32::try_from(place).unwrap_or(i32::MAX);
            NewMediaFetch::new((new.workspace_id, post), url, position, (new.author_id, now))
        })
    });
    let rows: Vec<NewMediaFetch> = rows.collect();
    insert_rows!(conn, media_fetches::table, rows, AT_ONCE);
    Ok(())
}

/// Gives a fetch that is there its place; answers its status from now on.
async fn keep(
    conn: &mut Conn,
    fetch: &MediaFetch,
    position: i32,
    now: Timestamp,
) -> QueryResult<FetchStatus> {
    diesel::update(media_fetches::table.find(fetch.id))
        .set(media_fetches::position.eq(position))
        .execute(conn)
        .await?;
    match (fetch.status, fetch.media_id) {
        (FetchStatus::Ready, Some(medium)) => {
            attach(conn, fetch.workspace_id, fetch.post_id, medium, position).await?;
            Ok(FetchStatus::Ready)
        }
        (FetchStatus::Queued | FetchStatus::Running, _) => Ok(fetch.status),
        // Failed, or what it brought has been deleted since.
        (FetchStatus::Failed | FetchStatus::Ready, _) => {
            begin_anew(conn, &[fetch.id], now).await?;
            Ok(FetchStatus::Queued)
        }
    }
}

async fn attach(
    conn: &mut Conn,
    workspace_id: WorkspaceId,
    post_id: PostId,
    media_id: MediaId,
    position: i32,
) -> QueryResult<()> {
    // A person may have attached the same medium by its id.
    diesel::insert_into(post_media::table)
        .values(PostMedium { post_id, media_id, workspace_id, position })
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

async fn begin_anew(conn: &mut Conn, ids: &[MediaFetchId], now: Timestamp) -> QueryResult<()> {
    diesel::update(media_fetches::table.filter(media_fetches::id.eq_any(ids)))
        .set((
            media_fetches::status.eq(FetchStatus::Queued),
            media_fetches::run_at.eq(now),
            media_fetches::attempts.eq(0),
            media_fetches::error.eq(None::<String>),
            media_fetches::finished_at.eq(None::<Timestamp>),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Fetches again what a post could not get, as it is to be published after all.
pub(in crate::repo) async fn retry(
    conn: &mut Conn,
    unit: &mut PostAggregate,
    now: Timestamp,
) -> QueryResult<()> {
    if unit.post.media_state != Some(MediaState::Failed) {
        return Ok(());
    }
    let failed: Vec<MediaFetchId> = media_fetches::table
        .filter(media_fetches::post_id.eq(unit.post.id).and(media_fetches::status.eq(FetchStatus::Failed)))
        .select(media_fetches::id)
        .load(conn)
        .await?;
    begin_anew(conn, &failed, now).await?;
    unit.await_media();
    Ok(())
}

/// The media that posts name by their addresses, in their order.
pub async fn of_posts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    posts: &[PostId],
) -> QueryResult<Vec<MediaFetch>> {
    media_fetches::table
        .filter(media_fetches::workspace_id.eq(workspace).and(media_fetches::post_id.eq_any(posts)))
        .order((media_fetches::post_id, media_fetches::position))
        .select(MediaFetch::as_select())
        .load(conn)
        .await
}

/// Claims the fetches that are due longest, of workspaces that have not many under way.
pub async fn claim(
    conn: &mut Conn,
    clock: Timestamp,
    limit: i64,
    lease_for: Duration,
) -> CommandResult<Vec<ClaimedFetch>> {
    tx!(conn, {
        let now = jobs::now(conn, clock).await?;
        let mut claimed = Vec::new();
        // One at a time: each counts for the next one's workspace.
        while i64::try_from(claimed.len()).is_ok_and(|taken| taken < limit) {
            let Some(fetch) = claim_one(conn, now, lease_for).await? else { break };
            claimed.push(fetch);
        }
        Ok(claimed)
    })
}

async fn claim_one(
    conn: &mut Conn,
    now: Timestamp,
    lease_for: Duration,
) -> QueryResult<Option<ClaimedFetch>> {
    let busy: Vec<WorkspaceId> = media_fetches::table
        .filter(media_fetches::status.eq(FetchStatus::Running))
        .group_by(media_fetches::workspace_id)
        .having(diesel::dsl::count_star().ge(MOST_OF_A_WORKSPACE))
        .select(media_fetches::workspace_id)
        .load(conn)
        .await?;
    let due = media_fetches::table
        .filter(media_fetches::status.eq(FetchStatus::Queued).and(media_fetches::run_at.le(now)))
        .filter(media_fetches::workspace_id.ne_all(busy))
        .order((media_fetches::run_at, media_fetches::id))
        .limit(1)
        .select((media_fetches::id, media_fetches::run_at));
    pg_only! { let due = due.for_no_key_update().skip_locked(); }
    let due: Option<(MediaFetchId, Timestamp)> = due.first(conn).await.optional()?;
    let Some((id, run_at)) = due else { return Ok(None) };
    let until = lease_time(now).plus(lease_for);
    let fetch: MediaFetch = diesel::update(media_fetches::table.find(id))
        .set((
            media_fetches::status.eq(FetchStatus::Running),
            media_fetches::attempts.eq(media_fetches::attempts + 1),
            media_fetches::lease_token.eq(media_fetches::lease_token + 1),
            media_fetches::lease_until.eq(Some(until)),
        ))
        .returning(MediaFetch::as_returning())
        .get_result(conn)
        .await?;
    let lease = Lease { id, token: fetch.lease_token, until };
    Ok(Some(ClaimedFetch { fetch, lease, lateness: now.since(run_at) }))
}

/// Takes fetches from holders that are gone; answers how many.
pub async fn retake(conn: &mut Conn, lapsed: Lapsed<MediaFetchId>) -> QueryResult<usize> {
    let queued = || {
        (
            media_fetches::status.eq(FetchStatus::Queued),
            media_fetches::lease_until.eq(None::<Timestamp>),
            media_fetches::lease_token.eq(media_fetches::lease_token + 1),
        )
    };
    let Lapsed::Seen(leases) = lapsed else {
        let all = media_fetches::table.filter(media_fetches::status.eq(FetchStatus::Running));
        return diesel::update(all).set(queued()).execute(conn).await;
    };
    let mut taken = 0;
    for lease in leases {
        let unchanged = held(lease).filter(media_fetches::lease_until.eq(lease.until));
        taken += diesel::update(unchanged).set(queued()).execute(conn).await?;
    }
    Ok(taken)
}

/// Gives a claim back that came to no end here; it is taken up again at `at`. `counted`: it was an attempt.
pub async fn give_back(
    conn: &mut Conn,
    lease: Lease<MediaFetchId>,
    at: Timestamp,
    counted: bool,
    clock: Timestamp,
) -> CommandResult<()> {
    let at = jobs::by_present(conn, at, clock).await?;
    let held = diesel::update(held(lease))
        .set((
            media_fetches::status.eq(FetchStatus::Queued),
            media_fetches::run_at.eq(at),
            media_fetches::attempts.eq(media_fetches::attempts - i32::from(!counted)),
            media_fetches::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)
        .await?;
    if held == 1 { Ok(()) } else { Err(CommandError::Fenced) }
}

/// Stores a medium whose file is registered and in place, attaches it to its post, and lets the post's targets go once
/// nothing more is to come. A lease that is no longer held writes nothing, and the file stays registered.
pub async fn finish(
    conn: &mut Conn,
    fetch: MediaFetch,
    lease: Lease<MediaFetchId>,
    new: NewMedia,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, {
        let mut unit = lock(conn, &fetch, now).await?;
        let medium: Media = diesel::insert_into(media::table)
            .values(&new)
            .returning(Media::as_returning())
            .get_result(conn)
            .await?;
        let place = end(conn, lease, Ok(medium.id), now).await?;
        unowned_files::adopt(conn, new.workspace_id, &new.storage_key).await?;
        attach(conn, fetch.workspace_id, fetch.post_id, medium.id, place).await?;
        // It has another medium now, whether or not its state changes with that.
        diesel::update(posts::table.find(fetch.post_id))
            .set(posts::revision.eq(posts::revision + 1))
            .execute(conn)
            .await?;
        unit.note_fetched(FetchedMedia {
            media_id: medium.id,
            media_url: fetch.url.clone(),
            mime_type: medium.mime_type.clone(),
            size_bytes: medium.size_bytes,
            file_name: medium.file_name.clone(),
        });
        conclude(conn, unit).await
    })
}

/// Notes that a fetch came to nothing, for now or for good.
pub async fn fail(
    conn: &mut Conn,
    fetch: MediaFetch,
    lease: Lease<MediaFetchId>,
    failure: FetchFailure,
    now: Timestamp,
) -> CommandResult<Option<Seq>> {
    tx!(conn, {
        match failure {
            FetchFailure::Again { at, words } => {
                let at = jobs::by_present(conn, at, now).await?;
                let held = diesel::update(held(lease))
                    .set((
                        media_fetches::status.eq(FetchStatus::Queued),
                        media_fetches::run_at.eq(at),
                        media_fetches::lease_until.eq(None::<Timestamp>),
                        media_fetches::error.eq(Some(words)),
                    ))
                    .execute(conn)
                    .await?;
                if held == 1 { Ok(None) } else { Err(CommandError::Fenced) }
            }
            FetchFailure::Final { words } => {
                let mut unit = lock(conn, &fetch, now).await?;
                end(conn, lease, Err(&words), now).await?;
                unit.note_not_fetched(fetch.url.clone(), words);
                conclude(conn, unit).await.map(Some)
            }
        }
    })
}

/// The post of a fetch, locked. One that was deleted meanwhile has taken the fetch with it.
async fn lock(conn: &mut Conn, fetch: &MediaFetch, now: Timestamp) -> CommandResult<PostAggregate> {
    let found = units::load_many(conn, &[fetch.post_id], now).await?.pop();
    found.ok_or(CommandError::Fenced)
}

/// Ends a fetch; answers its place among the post's media.
async fn end(
    conn: &mut Conn,
    lease: Lease<MediaFetchId>,
    outcome: Result<MediaId, &str>,
    now: Timestamp,
) -> CommandResult<i32> {
    let status = if outcome.is_ok() { FetchStatus::Ready } else { FetchStatus::Failed };
    let ended: Option<i32> = diesel::update(held(lease))
        .set((
            media_fetches::status.eq(status),
            media_fetches::media_id.eq(outcome.ok()),
            media_fetches::error.eq(outcome.err()),
            media_fetches::lease_until.eq(None::<Timestamp>),
            media_fetches::finished_at.eq(Some(now)),
        ))
        .returning(media_fetches::position)
        .get_result(conn)
        .await
        .optional()?;
    ended.ok_or(CommandError::Fenced)
}

/// Works out what the end of a fetch means for its post, and saves that.
async fn conclude(conn: &mut Conn, mut unit: PostAggregate) -> CommandResult<Seq> {
    let statuses: Vec<FetchStatus> = media_fetches::table
        .filter(media_fetches::post_id.eq(unit.post.id))
        .select(media_fetches::status)
        .load(conn)
        .await?;
    unit.settle_media(MediaState::of(&statuses));
    units::save(conn, unit, None).await
}
