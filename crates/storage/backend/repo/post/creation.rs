//! New posts, one or many, with as many statements for many as for one.

use crate::Conn;
use crate::repo::{attachments, campaigns, events, idempotency, media_fetches, targets, units, usage};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{CampaignId, MediaId, PostId, WorkspaceId};
use fanfare_domain::post::{NewPost, PostAggregate, PostEventKind, Then};
use fanfare_domain::quota::{PostQuota, is_open};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::NewPostRow;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Rows of one statement: SQLite takes 32,766 bind variables, a row has 15.
const AT_ONCE: usize = 1_000;

/// Stores a post with its targets, and publishes or schedules it where `then` says so. Under a known key the first
/// result is returned again. Refused beyond the workspace's quota. [`CommandError::NotFound`] if the workspace is no
/// longer there.
pub async fn create(
    conn: &mut Conn,
    new: NewPost,
    then: Then,
    actor: EventActor,
    key: Option<KeyedInput>,
    quota: PostQuota,
    now: Timestamp,
) -> CommandResult<(PostId, Seq)> {
    let (workspace, media_ids) = (new.workspace_id, new.media_ids.clone());
    let created = tx!(conn, {
        if let Some(key) = &key
            && let Replay::Known(result) = idempotency::begin(conn, key, now).await?
        {
            let id = result.and_then(|json| json.get("post_id")?.as_i64()).map(PostId);
            return Ok((id.ok_or(CommandError::NotFound)?, events::last_seq(conn, workspace).await?));
        }
        let made = insert(conn, workspace, &[(new, then)], now).await?;
        let id = made.as_slice().first().ok_or(CommandError::NotFound)?.post.id;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "post_id": id })).await?;
        }
        Ok((id, count_and_log(conn, workspace, made, actor, (quota, now)).await?))
    });
    match created {
        Ok(created) => Ok(created),
        Err(error) => Err(missing(conn, workspace, &media_ids, error).await),
    }
}

/// Stores posts of a workspace in one transaction, in their order, as [`create`] stores each; all of them or none.
/// Answers their ids. `keys`: theirs, of one user and one mutation. Refused, too, where one of the keys was used before:
/// then the posts are to be created one by one, which answers the first result again.
pub async fn create_many(
    conn: &mut Conn,
    workspace: WorkspaceId,
    new: &[(NewPost, Then)],
    keys: &[Option<KeyedInput>],
    actor: EventActor,
    (quota, now): (PostQuota, Timestamp),
) -> CommandResult<(Vec<PostId>, Seq)> {
    let created = tx!(conn, {
        let made = insert(conn, workspace, new, now).await?;
        let ids: Vec<PostId> = made.iter().map(|post| post.post.id).collect();
        let keyed =
            keys.iter().zip(&ids).filter_map(|(key, id)| Some((key.as_ref()?, json!({ "post_id": id }))));
        let keyed: Vec<(&KeyedInput, Value)> = keyed.collect();
        idempotency::store_new(conn, &keyed, now).await?;
        let seq = count_and_log(conn, workspace, made, actor, (quota, now)).await?;
        Ok((ids, seq))
    });
    match created {
        Ok(created) => Ok(created),
        Err(error) => {
            let media: Vec<MediaId> = new.iter().flat_map(|(new, _)| new.media_ids.iter().copied()).collect();
            Err(missing(conn, workspace, &media, error).await)
        }
    }
}

/// Counts new posts against the workspace's quota and appends their events; answers the position of the last.
async fn count_and_log(
    conn: &mut Conn,
    workspace: WorkspaceId,
    mut made: Vec<PostAggregate>,
    actor: EventActor,
    (quota, now): (PostQuota, Timestamp),
) -> CommandResult<Seq> {
    let count = i64::try_from(made.len()).unwrap_or(i64::MAX);
    usage::count_created(conn, workspace, count, quota.per_day, now).await?;
    let log = made.iter_mut().flat_map(PostAggregate::take_events).collect();
    let seq = events::append(conn, workspace, Some(actor), log, now).await?;
    if made.iter().any(|post| is_open(post.post.status)) {
        usage::assert_open(conn, workspace, quota.open).await?;
    }
    Ok(seq)
}

/// What a new row refers to was there when the input was validated. Something that has gone since is looked for here: a
/// media file is refused by its place. Anything else goes with its workspace, or with the user who acts.
async fn missing(
    conn: &mut Conn,
    workspace: WorkspaceId,
    media_ids: &[MediaId],
    error: CommandError,
) -> CommandError {
    use diesel::result::{DatabaseErrorKind::ForeignKeyViolation, Error::DatabaseError};
    if !matches!(error, CommandError::Database(DatabaseError(ForeignKeyViolation, _))) {
        return error;
    }
    match assert_there(conn, workspace, media_ids).await {
        Ok(()) => CommandError::NotFound,
        Err(gone) => gone,
    }
}

async fn assert_there(conn: &mut Conn, workspace: WorkspaceId, media_ids: &[MediaId]) -> CommandResult<()> {
    let found: i64 = workspaces::table.find(workspace).count().get_result(conn).await?;
    if found == 0 {
        return Err(CommandError::NotFound);
    }
    crate::repo::media::assert_in(conn, workspace, media_ids, "mediaIds").await
}

/// Decides about new posts of a workspace and stores them, in their order, in the states that follow; their events are
/// still to be appended. The first of them is created at `now`, and each after it a microsecond later.
pub(in crate::repo) async fn insert(
    conn: &mut Conn,
    workspace: WorkspaceId,
    new: &[(NewPost, Then)],
    now: Timestamp,
) -> CommandResult<Vec<PostAggregate>> {
    let campaigns: BTreeSet<CampaignId> = new.iter().filter_map(|(new, _)| new.body.campaign_id).collect();
    let paused = campaigns::paused_of(conn, workspace, &campaigns).await?;
    let mut posts = Vec::with_capacity(new.len());
    for ((new, then), at) in new.iter().zip(times(now, new.len())) {
        let mut post = PostAggregate::draft(new, at);
        let written = post.audited(&new.media_ids);
        post.note(PostEventKind::Created, Value::Null, written);
        post.begin(*then, new.body.campaign_id.is_some_and(|id| paused.contains(&id)))?;
        post.conclude()?;
        posts.push(post);
    }
    let new: Vec<&NewPost> = new.iter().map(|(new, _)| new).collect();
    insert_rows(conn, &new, &mut posts).await?;
    let media = posts.iter().zip(&new).map(|(post, new)| (post.post.id, new.media_ids.as_slice()));
    let media: Vec<(PostId, &[MediaId])> = media.collect();
    attachments::add(conn, workspace, &media).await?;
    let asked: Vec<_> = posts.iter().zip(&new).map(|(post, new)| (post.post.id, *new, post.now())).collect();
    media_fetches::insert_first(conn, &asked).await?;
    insert_targets(conn, workspace, &new, &mut posts).await?;
    Ok(posts)
}

/// A time for each of `count` posts, a microsecond apart: lists keep the order in which they were given, and a row is
/// recognised by its time. Storing them takes longer than that, so that none is committed ahead of its time.
fn times(now: Timestamp, count: usize) -> impl Iterator<Item = Timestamp> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    (0..count).map(move |later| now.plus(Duration::from_micros(later)))
}

/// Stores the posts' own rows; the posts get their ids.
async fn insert_rows(conn: &mut Conn, new: &[&NewPost], posts: &mut [PostAggregate]) -> CommandResult<()> {
    let rows = new.iter().zip(posts.iter()).map(|(new, post)| NewPostRow::of(new.author_id, &post.post));
    let rows: Vec<NewPostRow> = rows.collect();
    if let ([row], [post]) = (rows.as_slice(), &mut *posts) {
        // Unlike that of several rows, this statement stays prepared.
        let insert = diesel::insert_into(posts::table).values(row.clone()).returning(posts::id);
        post.post.id = insert.get_result(conn).await?;
        return Ok(());
    }
    let mut ids: BTreeMap<i64, PostId> = BTreeMap::new();
    for rows in rows.chunks(AT_ONCE) {
        let insert =
            diesel::insert_into(posts::table).values(rows.to_vec()).returning((posts::created_at, posts::id));
        // The order of what an INSERT returns is nobody's promise.
        let stored: Vec<(Timestamp, PostId)> = batch!(conn, get_results, insert)?;
        ids.extend(stored.into_iter().map(|(at, id)| (at.micros(), id)));
    }
    for post in posts {
        let id = ids.get(&post.now().micros()).copied();
        post.post.id = id.ok_or(diesel::result::Error::NotFound)?;
    }
    Ok(())
}

/// Stores the targets of concluded posts, which get their ids here, with their jobs and their sagas. `new`: what each
/// of the posts was made of.
pub(super) async fn insert_targets(
    conn: &mut Conn,
    workspace: WorkspaceId,
    new: &[&NewPost],
    posts: &mut [PostAggregate],
) -> CommandResult<()> {
    let mut targets = targets::insert(conn, workspace, new, posts).await?;
    for post in posts.iter_mut() {
        let id = post.post.id;
        post.assign_ids(id, &targets.remove(&id).unwrap_or_default());
    }
    units::insert_first_jobs(conn, posts).await?;
    units::write_sagas(conn, posts).await?;
    Ok(())
}
