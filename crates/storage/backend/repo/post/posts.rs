//! Posts: commands, each one transaction. New posts are in `creation`, commands on several in `bulk`, the lists in `lists`.

pub use super::bulk::{command_many, delete_many};
pub(in crate::repo) use super::creation::insert;
use super::creation::insert_targets;
pub use super::creation::{create, create_many};
pub use super::lists::{between, by_ids, count, overdue, page};
pub use super::of_parents::{of_accounts, of_campaigns};
use crate::Conn;
use crate::repo::{attachments, campaigns, events, idempotency, media_fetches, units, usage};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{PostId, TargetId, WorkspaceId};
use fanfare_domain::patch::Patch;
use fanfare_domain::post::{NewPost, PostCommand, PostEventKind, PostReach, Resolution, StepState};
use fanfare_domain::quota::{PostQuota, is_open};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{PostBodyRow, PostState};
use serde_json::json;

/// Replaces what was written, targets and all; the caller gives the whole new post. It keeps its time unless `plan`
/// sets another, or none, which makes it a draft. A post on its way is left alone, and so is one beyond `reach` and one
/// of another revision than the expected one.
pub async fn update(
    conn: &mut Conn,
    (id, expected): (PostId, ExpectedRevision),
    new: NewPost,
    plan: Patch<Option<Timestamp>>,
    reach: PostReach,
    actor: EventActor,
    (quota, now): (PostQuota, Timestamp),
) -> CommandResult<(PostId, Seq)> {
    tx!(conn, {
        let workspace = new.workspace_id;
        let paused = campaigns::holds_posts(conn, workspace, new.body.campaign_id).await?;
        let stored = units::load(conn, workspace, id, now).await?;
        expected.check(stored.post.revision)?;
        stored.assert_within(reach)?;
        stored.assert_editable()?;
        let before = stored.audited(&attachments::of(conn, id).await?);
        diesel::delete(post_media::table.filter(post_media::post_id.eq(id))).execute(conn).await?;
        attachments::add(conn, workspace, &[(id, new.media_ids.as_slice())]).await?;
        let mut media_state = None;
        if stored.post.media_state.is_some() || !new.media_urls.is_empty() {
            let (first, asked) = (new.media_ids.len(), (new.author_id, now));
            media_state =
                media_fetches::settle_on(conn, workspace, id, &new.media_urls, first, asked).await?;
        }
        // Jobs, saga and steps of targets that nothing was sent for go with them.
        diesel::delete(sagas::table.filter(sagas::post_id.eq(id))).execute(conn).await?;
        diesel::delete(post_targets::table.filter(post_targets::post_id.eq(id))).execute(conn).await?;
        let mut post = stored.rewritten(&new, media_state);
        if plan == Patch::Set(None) {
            post.unplan();
        }
        let after = post.audited(&new.media_ids);
        post.note(PostEventKind::Updated, before, after);
        post.plan_again(&stored, &plan, paused)?;
        post.conclude()?;
        diesel::update(posts::table.find(id))
            .set((
                PostBodyRow::of(&post.post.body),
                PostState::of(&post.post),
                posts::revision.eq(posts::revision + 1),
            ))
            .execute(conn)
            .await?;
        insert_targets(conn, workspace, &[&new], std::slice::from_mut(&mut post)).await?;
        let seq = events::append(conn, workspace, Some(actor), post.take_events(), now).await?;
        if is_open(post.post.status) && !is_open(stored.post.status) {
            usage::assert_open(conn, workspace, quota.open).await?;
        }
        Ok((id, seq))
    })
}

/// Runs one command on one post; under a known key nothing is done.
pub async fn command(
    conn: &mut Conn,
    (workspace, id): (WorkspaceId, PostId),
    actor: EventActor,
    command: PostCommand,
    key: Option<KeyedInput>,
    quota: PostQuota,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, {
        if let Some(key) = &key
            && let Replay::Known(_) = idempotency::begin(conn, key, now).await?
        {
            return Ok(events::last_seq(conn, workspace).await?);
        }
        let paused = match command {
            PostCommand::Schedule(_) => {
                let campaign = campaigns::of_post(conn, workspace, id).await?;
                campaigns::holds_posts(conn, workspace, campaign).await?
            }
            _ => false,
        };
        let mut post = units::load(conn, workspace, id, now).await?;
        if command.wants_media() {
            media_fetches::retry(conn, &mut post, now).await?;
        }
        let decided = match &command {
            PostCommand::Resolve { target_id, resolution } => {
                Some((*target_id, *resolution == Resolution::SendAgain))
            }
            _ => None,
        };
        let opens = command.sends() && !is_open(post.post.status);
        post.run(command, paused)?;
        if let Some((target, absent)) = decided {
            settle_open_steps(conn, target, absent, now).await?;
        }
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "post_id": id })).await?;
        }
        let seq = units::save(conn, post, Some(actor)).await?;
        if opens {
            usage::assert_open(conn, workspace, quota.open).await?;
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

/// Deletes a post that never reached a network, and is not beyond `reach`.
pub async fn delete(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: PostId,
    reach: PostReach,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, {
        let post = units::load(conn, workspace, id, now).await?;
        post.assert_within(reach)?;
        post.assert_deletable()?;
        let event = post.deleted(&attachments::of(conn, id).await?);
        diesel::delete(posts::table.find(id)).execute(conn).await?;
        Ok(events::append(conn, workspace, Some(actor), vec![event], now).await?)
    })
}
