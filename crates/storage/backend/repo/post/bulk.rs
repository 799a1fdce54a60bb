//! Commands on several posts, each one transaction: posts that are refused leave the others.

use crate::Conn;
use crate::repo::{attachments, campaigns, events, idempotency, media_fetches, units, usage};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{CampaignId, PostId, WorkspaceId};
use fanfare_domain::post::{PostAggregate, PostCommand, PostError, PostReach};
use fanfare_domain::quota::{PostQuota, is_open};
use fanfare_domain::user_error::UserError;
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one statement: each is a bind variable of its own on SQLite.
const AT_ONCE: usize = 1_000;

/// What became of several posts in their order, each done or refused, and the position of the last event; `None`: all were
/// refused, and nothing was written.
type Outcome = (Vec<Result<(), UserError>>, Option<Seq>);

/// Runs a command on each of several posts of a workspace, each of them once. Refused as a whole beyond the workspace's
/// quota, and where one of the keys, which are of one user and one mutation, was used before: then the commands are to be
/// run one by one.
pub async fn command_many(
    conn: &mut Conn,
    workspace: WorkspaceId,
    commands: &[(PostId, PostCommand)],
    keys: &[Option<KeyedInput>],
    actor: EventActor,
    (quota, now): (PostQuota, Timestamp),
) -> CommandResult<Outcome> {
    tx!(conn, {
        let ids: Vec<PostId> = commands.iter().map(|(id, _)| *id).collect();
        let timed = commands.iter().any(|(_, command)| matches!(command, PostCommand::Schedule(_)));
        let paused = if timed { paused_of(conn, workspace, &ids).await? } else { BTreeSet::new() };
        let mut found = load(conn, workspace, &ids, now).await?;
        let (mut outcomes, mut changed) = (Vec::with_capacity(ids.len()), Vec::new());
        let (mut keyed, mut opens) = (Vec::<(&KeyedInput, Value)>::new(), false);
        for ((id, command), key) in commands.iter().zip(keys) {
            let outcome = match found.remove(id) {
                Some(post) => {
                    let held = post.post.body.campaign_id.is_some_and(|it| paused.contains(&it));
                    run(conn, post, command, held).await?
                }
                None => Err(UserError::not_found("id", "post")),
            };
            outcomes.push(outcome.map(|(post, now_open)| {
                keyed.extend(key.as_ref().map(|key| (key, json!({ "post_id": id }))));
                opens |= now_open;
                changed.push(post);
            }));
        }
        if changed.is_empty() {
            return Ok((outcomes, None));
        }
        idempotency::store_new(conn, &keyed, now).await?;
        let seqs = units::save_many(conn, changed, Some(actor)).await?;
        if opens {
            usage::assert_open(conn, workspace, quota.open).await?;
        }
        Ok((outcomes, seqs.get(&workspace).copied()))
    })
}

/// Deletes posts of a workspace, each named once, that never reached a platform and are not beyond `reach`.
pub async fn delete_many(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[PostId],
    reach: PostReach,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<Outcome> {
    tx!(conn, {
        let found = load(conn, workspace, ids, now).await?;
        let media = attachments::of_each(conn, ids).await?;
        let (mut outcomes, mut gone, mut log) = (Vec::with_capacity(ids.len()), Vec::new(), Vec::new());
        for id in ids {
            let Some(post) = found.get(id) else {
                outcomes.push(Err(UserError::not_found("id", "post")));
                continue;
            };
            let outcome = decided(post.assert_within(reach).and_then(|()| post.assert_deletable()))?;
            if outcome.is_ok() {
                log.push(post.deleted(media.get(id).map_or(&[][..], Vec::as_slice)));
                gone.push(*id);
            }
            outcomes.push(outcome);
        }
        if gone.is_empty() {
            return Ok((outcomes, None));
        }
        for gone in gone.chunks(AT_ONCE) {
            diesel::delete(posts::table.filter(posts::id.eq_any(gone))).execute(conn).await?;
        }
        Ok((outcomes, Some(events::append(conn, workspace, Some(actor), log, now).await?)))
    })
}

/// Those of the posts that are in the workspace, locked, with everything that commands are decided by.
async fn load(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[PostId],
    now: Timestamp,
) -> CommandResult<BTreeMap<PostId, PostAggregate>> {
    let mut found = units::load_many(conn, ids, now).await?;
    found.retain(|post| post.post.workspace_id == workspace);
    units::load_unsettled(conn, &mut found).await?;
    Ok(found.into_iter().map(|post| (post.post.id, post)).collect())
}

/// The paused ones among the campaigns of posts. To be asked before a post is locked.
async fn paused_of(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[PostId],
) -> CommandResult<BTreeSet<CampaignId>> {
    let mut named: BTreeSet<CampaignId> = BTreeSet::new();
    for ids in ids.chunks(AT_ONCE) {
        let found: Vec<CampaignId> = posts::table
            .filter(posts::workspace_id.eq(workspace).and(posts::id.eq_any(ids)))
            .filter(posts::campaign_id.is_not_null())
            .select(posts::campaign_id.assume_not_null())
            .distinct()
            .load(conn)
            .await?;
        named.extend(found);
    }
    campaigns::paused_of(conn, workspace, &named).await
}

/// Runs a command on a post; returns it with whether it is open only from now on. A post that refuses is left as it was,
/// and so are its fetches.
async fn run(
    conn: &mut Conn,
    mut post: PostAggregate,
    command: &PostCommand,
    held: bool,
) -> CommandResult<Result<(PostAggregate, bool), UserError>> {
    let opens = command.sends() && !is_open(post.post.status);
    if let Err(refused) = decided(post.clone().run(command.clone(), held))? {
        return Ok(Err(refused));
    }
    if command.wants_media() {
        let now = post.now();
        media_fetches::retry(conn, &mut post, now).await?;
    }
    post.run(command.clone(), held)?;
    Ok(Ok((post, opens)))
}

/// Separates refusals, which users see, from faults of the program, which end the transaction.
fn decided(outcome: Result<(), PostError>) -> CommandResult<Result<(), UserError>> {
    match outcome {
        Ok(()) => Ok(Ok(())),
        Err(PostError::Refused(error)) => Ok(Err(error)),
        Err(PostError::Illegal(fault)) => Err(fault.into()),
    }
}
