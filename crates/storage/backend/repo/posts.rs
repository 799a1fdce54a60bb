//! Posts: commands, each one transaction, and the lists.

use super::{Conn, attachments, campaigns, events, idempotency, media_fetches, targets, units};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{ActivityKind, NewEvent, Seq, Subject};
use fanfare_domain::id::{CampaignId, PostId, TargetId, UserId, WorkspaceId};
use fanfare_domain::media::MediaState;
use fanfare_domain::post::PostStatus;
use fanfare_storage::idempotent::{KeyedInput, Replay};
use fanfare_storage::page::{Order, PostFilter, Window};
use fanfare_storage::post_command::{PostCommand, Then};
use fanfare_storage::post_unit::{PostUnit, Resolution};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{NewPost, Post};
use serde_json::{Value, json};

/// Stores a post with its targets, and publishes or schedules it where `then` says so. Under a known key the first
/// result is answered again.
pub async fn create(
    conn: &mut Conn,
    new: NewPost,
    then: Then,
    key: Option<KeyedInput>,
    now: Timestamp,
) -> CommandResult<(PostId, Seq)> {
    tx!(conn, {
        let (workspace, author) = (new.workspace_id, new.author_id);
        if let Some(key) = &key
            && let Replay::Known(result) = idempotency::begin(conn, key, now).await?
        {
            let id = result.and_then(|json| json.get("post_id")?.as_i64()).map(PostId);
            return Ok((id.ok_or(CommandError::NotFound)?, events::last_seq(conn, workspace).await?));
        }
        let unit = make(conn, &new, then, now).await?;
        let id = unit.post.id;
        let seq = units::save(conn, unit, Some(author)).await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "post_id": id })).await?;
        }
        Ok((id, seq))
    })
}

/// Stores a post with its targets, as a unit that is still to be saved.
pub(super) async fn make(
    conn: &mut Conn,
    new: &NewPost,
    then: Then,
    now: Timestamp,
) -> CommandResult<PostUnit> {
    let held = campaigns::holds_posts(conn, new.workspace_id, new.campaign_id).await?;
    let mut unit = insert(conn, new, now).await?;
    match then {
        Then::Keep => {}
        Then::PublishNow => unit.publish(None)?,
        Then::Schedule(at) => schedule(&mut unit, at, held)?,
    }
    Ok(unit)
}

/// Sets the time; in a campaign that is paused the post is held until the campaign goes on.
fn schedule(unit: &mut PostUnit, at: Timestamp, held: bool) -> CommandResult<()> {
    unit.publish(Some(at))?;
    if held { unit.hold() } else { Ok(()) }
}

async fn insert(conn: &mut Conn, new: &NewPost, now: Timestamp) -> CommandResult<PostUnit> {
    let post: Post = diesel::insert_into(posts::table)
        .values((
            posts::workspace_id.eq(new.workspace_id),
            posts::author_id.eq(new.author_id),
            posts::content.eq(&new.content),
            posts::title.eq(&new.title),
            posts::hashtags.eq(Strings(new.hashtags.clone())),
            posts::link_url.eq(&new.link_url),
            posts::template_type.eq(new.template_type),
            posts::publish_mode.eq(new.publish_mode),
            posts::campaign_id.eq(new.campaign_id),
            posts::media_state.eq((!new.media_urls.is_empty()).then_some(MediaState::Fetching)),
            posts::status.eq(PostStatus::Draft),
            posts::created_at.eq(now),
            posts::updated_at.eq(now),
        ))
        .returning(Post::as_returning())
        .get_result(conn)
        .await?;
    attachments::add(conn, new.workspace_id, post.id, &new.media_ids).await?;
    if !new.media_urls.is_empty() {
        let (first, asked) = (new.media_ids.len(), (new.author_id, now));
        media_fetches::settle_on(conn, new.workspace_id, post.id, &new.media_urls, first, asked).await?;
    }
    let mut unit = targets::insert(conn, post, &new.targets, now).await?;
    let written = unit.audited(&new.media_ids);
    unit.note_changing(ActivityKind::PostCreated, Value::Null, written);
    Ok(unit)
}

/// Replaces what was written, targets and all; the caller gives the whole new post. It keeps its time unless `at` is a
/// new one. A post on its way is left alone.
pub async fn update(
    conn: &mut Conn,
    id: PostId,
    new: NewPost,
    at: Option<Timestamp>,
    now: Timestamp,
) -> CommandResult<(PostId, Seq)> {
    tx!(conn, {
        let paused = campaigns::holds_posts(conn, new.workspace_id, new.campaign_id).await?;
        let unit = units::load(conn, new.workspace_id, id, now).await?;
        if !unit.post.status.is_editable() || unit.has_history() {
            return Err(unit.not_editable());
        }
        let waits = matches!(unit.post.status, PostStatus::Scheduled | PostStatus::Held);
        let planned = unit.post.scheduled_at.filter(|_| waits);
        let was_held = unit.post.status == PostStatus::Held;
        let before = unit.audited(&attachments::of(conn, id).await?);
        diesel::update(posts::table.find(id))
            .set((
                posts::content.eq(&new.content),
                posts::title.eq(&new.title),
                posts::hashtags.eq(Strings(new.hashtags.clone())),
                posts::link_url.eq(&new.link_url),
                posts::template_type.eq(new.template_type),
                posts::publish_mode.eq(new.publish_mode),
                posts::campaign_id.eq(new.campaign_id),
                posts::updated_at.eq(now),
            ))
            .execute(conn)
            .await?;
        diesel::delete(post_media::table.filter(post_media::post_id.eq(id))).execute(conn).await?;
        attachments::add(conn, new.workspace_id, id, &new.media_ids).await?;
        if unit.post.media_state.is_some() || !new.media_urls.is_empty() {
            let (first, asked) = (new.media_ids.len(), (new.author_id, now));
            let state =
                media_fetches::settle_on(conn, new.workspace_id, id, &new.media_urls, first, asked).await?;
            diesel::update(posts::table.find(id)).set(posts::media_state.eq(state)).execute(conn).await?;
        }
        // Jobs, saga and steps of targets that nothing was sent for go with them.
        diesel::delete(sagas::table.filter(sagas::post_id.eq(id))).execute(conn).await?;
        diesel::delete(post_targets::table.filter(post_targets::post_id.eq(id))).execute(conn).await?;
        let post: Post = posts::table.find(id).select(Post::as_select()).first(conn).await?;
        let mut unit = targets::insert(conn, post, &new.targets, now).await?;
        let after = unit.audited(&new.media_ids);
        unit.note_changing(ActivityKind::PostUpdated, before, after);
        match at {
            Some(at) => schedule(&mut unit, at, paused)?,
            None => {
                if let Some(at) = planned {
                    // Its time passed while it was held: it goes out when a person says so, and not by being edited.
                    schedule(&mut unit, at, paused || (was_held && at <= now))?;
                }
            }
        }
        Ok((id, units::save(conn, unit, Some(new.author_id)).await?))
    })
}

/// Runs one command on one post; under a known key nothing is done.
pub async fn command(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: PostId,
    actor: UserId,
    command: PostCommand,
    key: Option<KeyedInput>,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, {
        if let Some(key) = &key
            && let Replay::Known(_) = idempotency::begin(conn, key, now).await?
        {
            return Ok(events::last_seq(conn, workspace).await?);
        }
        let held = match command {
            PostCommand::Schedule(_) => {
                let campaign = campaigns::of_post(conn, workspace, id).await?;
                campaigns::holds_posts(conn, workspace, campaign).await?
            }
            _ => false,
        };
        let mut unit = units::load(conn, workspace, id, now).await?;
        if matches!(command, PostCommand::PublishNow | PostCommand::Schedule(_) | PostCommand::Retry) {
            media_fetches::retry(conn, &mut unit, now).await?;
        }
        match command {
            PostCommand::PublishNow => unit.publish(None)?,
            PostCommand::Schedule(at) => schedule(&mut unit, at, held)?,
            PostCommand::Cancel => unit.cancel()?,
            PostCommand::Retry => unit.retry()?,
            PostCommand::Unpublish { deletable } => {
                unit.unpublish(|platform| deletable.contains(&platform))?;
            }
            PostCommand::Resolve { target_id, resolution } => {
                let again = resolution == Resolution::SendAgain;
                unit.resolve(target_id, resolution)?;
                settle_open_steps(conn, target_id, again, now).await?;
            }
        }
        let seq = units::save(conn, unit, Some(actor)).await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "post_id": id })).await?;
        }
        Ok(seq)
    })
}

/// A person's decision settles the steps whose outcome nobody knew.
async fn settle_open_steps(
    conn: &mut Conn,
    target: TargetId,
    absent: bool,
    now: Timestamp,
) -> QueryResult<()> {
    use fanfare_domain::post::StepState;
    let state = if absent { StepState::Refused } else { StepState::Confirmed };
    diesel::update(
        publish_steps::table
            .filter(publish_steps::target_id.eq(target))
            .filter(publish_steps::state.eq_any([StepState::Sent, StepState::Unknown])),
    )
    .set((
        publish_steps::state.eq(state),
        publish_steps::evidence.eq(Some(Json(json!({ "decided_by": "a person" })))),
        publish_steps::settled_at.eq(Some(now)),
    ))
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes a post that never reached a network.
pub async fn delete(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: PostId,
    actor: UserId,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, {
        let unit = units::load(conn, workspace, id, now).await?;
        if !unit.post.status.is_editable() || unit.has_history() {
            return Err(unit.not_deletable());
        }
        let payload =
            json!({ "post_id": id, "content": unit.post.content.chars().take(120).collect::<String>() });
        let before = unit.audited(&attachments::of(conn, id).await?);
        diesel::delete(posts::table.find(id)).execute(conn).await?;
        let subject = Subject { post_id: Some(id), ..Subject::default() };
        let event =
            NewEvent { kind: ActivityKind::PostDeleted, subject, payload }.changing(before, Value::Null);
        Ok(events::append(conn, workspace, Some(actor), vec![event], now).await?)
    })
}

macro_rules! filtered {
    ($workspace:expr, $filter:expr) => {{
        let filter = $filter;
        let mut query = posts::table.into_boxed().filter(posts::workspace_id.eq($workspace));
        if let Some(statuses) = &filter.statuses {
            query = query.filter(posts::status.eq_any(statuses.clone()));
        }
        if let Some(text) = &filter.text {
            query = query.filter(contains!(posts::content, text));
        }
        if let Some(from) = filter.scheduled_from {
            query = query.filter(posts::scheduled_at.ge(from));
        }
        if let Some(to) = filter.scheduled_to {
            query = query.filter(posts::scheduled_at.lt(to));
        }
        if let Some(campaign) = filter.campaign_id {
            query = query.filter(posts::campaign_id.eq(campaign));
        }
        if let Some(account) = filter.account_id {
            query = query.filter(
                posts::id.eq_any(
                    post_targets::table
                        .filter(
                            post_targets::workspace_id
                                .eq($workspace)
                                .and(post_targets::account_id.eq(account)),
                        )
                        .select(post_targets::post_id),
                ),
            );
        }
        if let Some(platform) = filter.platform {
            query = query.filter(
                posts::id.eq_any(
                    post_targets::table
                        .inner_join(accounts::table)
                        .filter(
                            post_targets::workspace_id.eq($workspace).and(accounts::platform.eq(platform)),
                        )
                        .select(post_targets::post_id),
                ),
            );
        }
        query
    }};
}

/// A window of a workspace's posts.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &PostFilter,
    order: Order,
    window: &Window,
) -> QueryResult<Vec<Post>> {
    windowed!(filtered!(workspace, filter), window, order, posts::created_at, posts::id, PostId)
        .select(Post::as_select())
        .load(conn)
        .await
}

/// How many posts a filter finds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &PostFilter) -> QueryResult<i64> {
    filtered!(workspace, filter).count().get_result(conn).await
}

/// Held posts whose time has passed, of each campaign, the earliest first; at most `limit` in all.
pub async fn overdue(
    conn: &mut Conn,
    workspace: WorkspaceId,
    campaigns: &[CampaignId],
    now: Timestamp,
    limit: i64,
) -> QueryResult<Vec<Post>> {
    posts::table
        .filter(posts::workspace_id.eq(workspace).and(posts::status.eq(PostStatus::Held)))
        .filter(posts::campaign_id.eq_any(campaigns).and(posts::scheduled_at.le(now)))
        .order((posts::scheduled_at, posts::id))
        .limit(limit)
        .select(Post::as_select())
        .load(conn)
        .await
}

/// The posts that are planned for `[from, to)`, or were published then without a plan, in the order of their times.
pub async fn between(
    conn: &mut Conn,
    workspace: WorkspaceId,
    from: Timestamp,
    to: Timestamp,
    limit: i64,
) -> QueryResult<Vec<Post>> {
    let planned = posts::scheduled_at.ge(from).and(posts::scheduled_at.lt(to));
    let published = posts::published_at.ge(from).and(posts::published_at.lt(to));
    let mut found: Vec<Post> = posts::table
        .filter(posts::workspace_id.eq(workspace).and(planned))
        .order((posts::scheduled_at, posts::id))
        .limit(limit)
        .select(Post::as_select())
        .load(conn)
        .await?;
    // A statement of its own, so that each has its index.
    let unplanned: Vec<Post> = posts::table
        .filter(posts::workspace_id.eq(workspace).and(posts::scheduled_at.is_null()).and(published))
        .order((posts::published_at, posts::id))
        .limit(limit)
        .select(Post::as_select())
        .load(conn)
        .await?;
    found.extend(unplanned);
    found.sort_by_key(|post| (post.scheduled_at.or(post.published_at), post.id));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Posts by id; those of other workspaces are left out.
pub async fn by_ids(conn: &mut Conn, workspace: WorkspaceId, ids: &[PostId]) -> QueryResult<Vec<Post>> {
    posts::table
        .filter(posts::workspace_id.eq(workspace).and(posts::id.eq_any(ids)))
        .select(Post::as_select())
        .load(conn)
        .await
}
