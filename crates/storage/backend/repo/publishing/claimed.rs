//! What claimed jobs need, read at once for all of them. The workspace is not a parameter here: a worker works for all
//! of them.

use crate::Conn;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::media::{FetchStatus, MediaState};
use fanfare_domain::post::{JobKind, StepPhase, StepState, TargetStatus};
use fanfare_storage::command::claim::JobRows;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Account, Job, Media, MediaFetch, Post, Step, Target};
use std::collections::HashMap;

/// The rows behind jobs, in the order of the jobs. A job without a target has none: it was deleted meanwhile.
pub async fn rows(conn: &mut Conn, jobs: Vec<Job>) -> QueryResult<Vec<JobRows>> {
    let ids: Vec<TargetId> = jobs.iter().map(|job| job.target_id).collect();
    let found: Vec<(Target, Post, Account, Option<Strings>)> = post_targets::table
        .inner_join(posts::table)
        .inner_join(accounts::table)
        .left_join(
            workspace_settings::table.on(workspace_settings::workspace_id.eq(post_targets::workspace_id)),
        )
        .filter(post_targets::id.eq_any(&ids))
        .select((
            Target::as_select(),
            Post::as_select(),
            Account::as_select(),
            workspace_settings::banned_keywords.nullable(),
        ))
        .load(conn)
        .await?;
    // Before the media: what is fetched in between is then there, and not missed.
    let missing = missing(conn, &found).await?;
    let mut media = media(conn, found.iter().map(|(target, ..)| target)).await?;
    let mut ledgers: HashMap<TargetId, Vec<Step>> = HashMap::new();
    let steps: Vec<Step> = publish_steps::table
        .filter(publish_steps::target_id.eq_any(&ids))
        .order((publish_steps::target_id, publish_steps::id))
        .select(Step::as_select())
        .load(conn)
        .await?;
    for step in steps {
        ledgers.entry(step.target_id).or_default().push(step);
    }
    let mut found: HashMap<TargetId, _> = found.into_iter().map(|row| (row.0.id, row)).collect();
    let rows = jobs.into_iter().filter_map(|job| {
        let (target, post, account, banned) = found.remove(&job.target_id)?;
        Some(JobRows {
            media: media.remove(&target.id).unwrap_or_default(),
            ledger: ledgers.remove(&target.id).unwrap_or_default(),
            banned: banned.unwrap_or_default().0,
            missing: if target.own_media {
                Vec::new()
            } else {
                missing.get(&post.id).cloned().unwrap_or_default()
            },
            job,
            target,
            post,
            account,
        })
    });
    Ok(rows.collect())
}

/// The most open publications of an account that are read.
const MOST_OPEN: i64 = 50;

/// The latest 50 publications on an account, other than `but`, whose outcome is open, and whose call was not yet over at
/// `since`, or not at `network_since` by the network's clock.
pub async fn open_publications(
    conn: &mut Conn,
    workspace: WorkspaceId,
    account: AccountId,
    but: TargetId,
    since: Timestamp,
    network_since: Option<Timestamp>,
) -> QueryResult<Vec<JobRows>> {
    let goes_on = publish_steps::deadline_at.ge(since).or(publish_steps::network_ended_at.ge(network_since));
    let open: Vec<TargetId> = post_targets::table
        .inner_join(publish_steps::table.on(publish_steps::target_id.eq(post_targets::id)))
        .filter(post_targets::workspace_id.eq(workspace).and(post_targets::account_id.eq(account)))
        .filter(post_targets::id.ne(but))
        .filter(post_targets::status.eq_any([
            TargetStatus::Scheduled,
            TargetStatus::Held,
            TargetStatus::Pending,
            TargetStatus::Publishing,
            TargetStatus::NeedsReview,
        ]))
        .filter(publish_steps::phase.eq(StepPhase::Publish).and(publish_steps::public_effect.eq(true)))
        .filter(publish_steps::state.eq_any([StepState::Sent, StepState::Unknown]))
        .filter(goes_on)
        .order(publish_steps::id.desc())
        .limit(MOST_OPEN)
        .select(post_targets::id)
        .load(conn)
        .await?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let jobs: Vec<Job> = jobs::table
        .filter(jobs::account_id.eq(account).and(jobs::target_id.eq_any(open)))
        .filter(jobs::kind.eq(JobKind::PublishTarget))
        .order(jobs::id.desc())
        .select(Job::as_select())
        .load(conn)
        .await?;
    rows(conn, jobs).await
}

/// The media that each target gets: its own, else its post's, in their order.
async fn media<'a>(
    conn: &mut Conn,
    targets: impl Iterator<Item = &'a Target>,
) -> QueryResult<HashMap<TargetId, Vec<Media>>> {
    let (own, shared): (Vec<&Target>, Vec<&Target>) = targets.partition(|target| target.own_media);
    let mut media: HashMap<TargetId, Vec<Media>> = HashMap::new();
    if !own.is_empty() {
        let ids: Vec<TargetId> = own.iter().map(|target| target.id).collect();
        let rows: Vec<(TargetId, Media)> = target_media::table
            .inner_join(media::table)
            .filter(target_media::target_id.eq_any(ids))
            .order((target_media::target_id, target_media::position))
            .select((target_media::target_id, Media::as_select()))
            .load(conn)
            .await?;
        for (target, medium) in rows {
            media.entry(target).or_default().push(medium);
        }
    }
    let posts: Vec<PostId> = shared.iter().map(|target| target.post_id).collect();
    let rows: Vec<(PostId, Media)> = post_media::table
        .inner_join(media::table)
        .filter(post_media::post_id.eq_any(posts))
        .order((post_media::post_id, post_media::position))
        .select((post_media::post_id, Media::as_select()))
        .load(conn)
        .await?;
    let mut of_posts: HashMap<PostId, Vec<Media>> = HashMap::new();
    for (post, medium) in rows {
        of_posts.entry(post).or_default().push(medium);
    }
    for target in shared {
        if let Some(of_post) = of_posts.get(&target.post_id) {
            media.insert(target.id, of_post.clone());
        }
    }
    Ok(media)
}

/// The fetches that are not done, of posts that wait for one.
async fn missing(
    conn: &mut Conn,
    found: &[(Target, Post, Account, Option<Strings>)],
) -> QueryResult<HashMap<PostId, Vec<MediaFetch>>> {
    let waits = |post: &Post| !matches!(post.media_state, None | Some(MediaState::Ready));
    let waiting: Vec<PostId> =
        found.iter().filter(|(_, post, ..)| waits(post)).map(|(_, post, ..)| post.id).collect();
    let mut missing: HashMap<PostId, Vec<MediaFetch>> = HashMap::new();
    if waiting.is_empty() {
        return Ok(missing);
    }
    let fetches: Vec<MediaFetch> = media_fetches::table
        .filter(media_fetches::post_id.eq_any(waiting).and(media_fetches::status.ne(FetchStatus::Ready)))
        .order((media_fetches::post_id, media_fetches::position))
        .select(MediaFetch::as_select())
        .load(conn)
        .await?;
    for fetch in fetches {
        missing.entry(fetch.post_id).or_default().push(fetch);
    }
    Ok(missing)
}
