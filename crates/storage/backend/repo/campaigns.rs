//! Campaigns: commands, each one transaction, and the lists. A command locks its campaign before any post.

use super::{Conn, events, idempotency, kept_counts, units};
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use fanfare_domain::campaign::{CampaignPatch, CampaignStatus};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::decimal::Decimal;
use fanfare_domain::event::payload::CampaignPayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{CampaignId, PostId, WorkspaceId};
use fanfare_domain::kept_count::KeptCount;
use fanfare_domain::patch::Patch;
use fanfare_domain::platform::Platform;
use fanfare_domain::post::TargetStatus;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::user_error::UserError;
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::page::{CampaignFilter, Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Campaign, NewCampaign, Post};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Which event reports about a campaign.
type CampaignEvent = fn(CampaignPayload) -> EventPayload;

/// Stores a campaign, which begins active. Under a known key the first result is answered again.
pub async fn create(
    conn: &mut Conn,
    new: NewCampaign,
    actor: EventActor,
    key: Option<KeyedInput>,
    now: Timestamp,
) -> CommandResult<(Campaign, Seq)> {
    tx!(conn, {
        let workspace = new.workspace_id;
        if let Some(key) = &key
            && let Replay::Known(first) = idempotency::begin(conn, key, now).await?
        {
            let id = first.and_then(|first| first.get("campaign_id")?.as_i64()).map(CampaignId);
            let found = by_ids(conn, workspace, id.as_slice()).await?.pop();
            return Ok((found.ok_or(CommandError::NotFound)?, events::last_seq(conn, workspace).await?));
        }
        let details = &new.details;
        let campaign: Campaign = diesel::insert_into(campaigns::table)
            .values((
                campaigns::workspace_id.eq(workspace),
                campaigns::name.eq(&details.name),
                campaigns::description.eq(&details.description),
                campaigns::status.eq(CampaignStatus::Active),
                campaigns::target_platforms.eq(stored(&details.target_platforms)),
                campaigns::start_date.eq(details.start_date),
                campaigns::end_date.eq(details.end_date),
                campaigns::budget_hundredths.eq(details.budget.map(Decimal::hundredths)),
                campaigns::created_by.eq(new.created_by),
                campaigns::created_at.eq(now),
                campaigns::updated_at.eq(now),
            ))
            .returning(Campaign::as_returning())
            .get_result(conn)
            .await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "campaign_id": campaign.id })).await?;
        }
        let event = event(EventPayload::CampaignCreated, &campaign, 0)
            .changing(Value::Null, campaign.details().audited());
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((campaign, seq))
    })
}

/// Changes a campaign. Pausing it holds its scheduled posts; resuming it schedules again those whose time is ahead.
pub async fn update(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: CampaignId,
    expected: ExpectedRevision,
    patch: CampaignPatch,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(Campaign, Seq)> {
    tx!(conn, {
        let before = lock(conn, workspace, id).await?;
        expected.check(before.revision)?;
        let mut details = before.details();
        let status = match patch.status {
            Patch::Set(status) => status,
            Patch::Keep => before.status,
        };
        details.apply(patch);
        details.trim();
        let errors = details.check();
        if !errors.is_empty() {
            return Err(CommandError::Refused(errors));
        }
        // What no event tells of must not change: kept answers would show it as it was.
        if status == before.status && details == before.details() {
            return Ok((before, events::last_seq(conn, workspace).await?));
        }
        let after: Campaign = diesel::update(campaigns::table.find(id))
            .set((
                campaigns::name.eq(&details.name),
                campaigns::description.eq(&details.description),
                campaigns::status.eq(status),
                campaigns::target_platforms.eq(stored(&details.target_platforms)),
                campaigns::start_date.eq(details.start_date),
                campaigns::end_date.eq(details.end_date),
                campaigns::budget_hundredths.eq(details.budget.map(Decimal::hundredths)),
                campaigns::updated_at.eq(now),
                campaigns::revision.eq(campaigns::revision + 1),
            ))
            .returning(Campaign::as_returning())
            .get_result(conn)
            .await?;
        let mut log = Vec::new();
        if details != before.details() {
            let event = event(EventPayload::CampaignUpdated, &after, 0);
            log.push(event.changing(before.details().audited(), details.audited()));
        }
        let moved: Option<(CampaignEvent, usize)> = match (before.status, status) {
            (from, to) if from == to => None,
            (_, CampaignStatus::Paused) => {
                Some((EventPayload::CampaignPaused, hold(conn, &after, actor, now).await?))
            }
            (_, CampaignStatus::Active) => {
                Some((EventPayload::CampaignResumed, release(conn, &after, actor, now).await?))
            }
            (_, CampaignStatus::Completed) => Some((EventPayload::CampaignCompleted, 0)),
        };
        let (from, to) = (json!({ "status": before.status }), json!({ "status": status }));
        log.extend(moved.map(|(kind, posts)| event(kind, &after, posts).changing(from, to)));
        let seq = events::append(conn, workspace, Some(actor), log, now).await?;
        Ok((after, seq))
    })
}

/// Holds the scheduled posts; answers how many.
async fn hold(
    conn: &mut Conn,
    campaign: &Campaign,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<usize> {
    let mut units = units::of_campaign(conn, campaign.id, TargetStatus::Scheduled, now).await?;
    for unit in &mut units {
        unit.hold()?;
    }
    let count = units.len();
    units::save_many(conn, units, Some(actor)).await?;
    Ok(count)
}

/// Schedules the held posts whose time is ahead; answers how many.
async fn release(
    conn: &mut Conn,
    campaign: &Campaign,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<usize> {
    let mut units = units::of_campaign(conn, campaign.id, TargetStatus::Held, now).await?;
    units.retain(|unit| unit.post.scheduled_at.is_some_and(|at| at > now));
    for unit in &mut units {
        unit.release()?;
    }
    let count = units.len();
    units::save_many(conn, units, Some(actor)).await?;
    Ok(count)
}

/// Deletes a campaign. Its posts stay as they are, without a campaign: what was held is not sent by this.
pub async fn delete(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: CampaignId,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, {
        let campaign = lock(conn, workspace, id).await?;
        let posts = diesel::update(posts::table.filter(posts::campaign_id.eq(id)))
            .set((
                posts::campaign_id.eq(None::<CampaignId>),
                posts::updated_at.eq(now),
                posts::revision.eq(posts::revision + 1),
            ))
            .execute(conn)
            .await?;
        diesel::delete(campaigns::table.find(id)).execute(conn).await?;
        let event = event(EventPayload::CampaignDeleted, &campaign, posts)
            .changing(campaign.details().audited(), Value::Null);
        Ok(events::append(conn, workspace, Some(actor), vec![event], now).await?)
    })
}

async fn lock(conn: &mut Conn, workspace: WorkspaceId, id: CampaignId) -> CommandResult<Campaign> {
    let query = campaigns::table
        .filter(campaigns::workspace_id.eq(workspace).and(campaigns::id.eq(id)))
        .select(Campaign::as_select());
    pg_only! { let query = query.for_update(); }
    query.first(conn).await.optional()?.ok_or(CommandError::NotFound)
}

/// Whether a scheduled post of this campaign must be held; see [`paused_of`].
pub(super) async fn holds_posts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    campaign: Option<CampaignId>,
) -> CommandResult<bool> {
    let paused = paused_of(conn, workspace, &campaign.into_iter().collect()).await?;
    Ok(!paused.is_empty())
}

/// Those of the campaigns whose scheduled posts must be held. The campaigns stay as they are until the transaction ends;
/// one that is not in the workspace is refused. To be asked before a post is locked.
pub(super) async fn paused_of(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &BTreeSet<CampaignId>,
) -> CommandResult<BTreeSet<CampaignId>> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let wanted: Vec<CampaignId> = ids.iter().copied().collect();
    let query = campaigns::table
        .filter(campaigns::workspace_id.eq(workspace).and(campaigns::id.eq_any(wanted)))
        .order(campaigns::id)
        .select((campaigns::id, campaigns::status));
    pg_only! { let query = query.for_share(); }
    let found: Vec<(CampaignId, CampaignStatus)> = query.load(conn).await?;
    if found.len() < ids.len() {
        return Err(UserError::not_found("campaignId", "campaign").into());
    }
    let paused = found.into_iter().filter(|(_, status)| *status == CampaignStatus::Paused);
    Ok(paused.map(|(id, _)| id).collect())
}

/// The campaign that a post is in.
pub(super) async fn of_post(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: PostId,
) -> QueryResult<Option<CampaignId>> {
    let campaign: Option<Option<CampaignId>> = posts::table
        .filter(posts::workspace_id.eq(workspace).and(posts::id.eq(id)))
        .select(posts::campaign_id)
        .first(conn)
        .await
        .optional()?;
    Ok(campaign.flatten())
}

fn stored(platforms: &[Platform]) -> Strings {
    Strings(platforms.iter().map(|platform| platform.as_str().to_owned()).collect())
}

/// An event of a campaign. `kind`: the variant of its payload; `posts`: how many posts it changed.
fn event(kind: fn(CampaignPayload) -> EventPayload, campaign: &Campaign, posts: usize) -> NewEvent {
    let subject = Subject { campaign_id: Some(campaign.id), ..Subject::default() };
    let payload = CampaignPayload {
        campaign_id: campaign.id,
        name: campaign.name.clone(),
        status: campaign.status,
        posts_changed: posts,
    };
    NewEvent::new(subject, kind(payload))
}

macro_rules! filtered {
    ($workspace:expr, $filter:expr) => {{
        let mut query = campaigns::table.into_boxed().filter(campaigns::workspace_id.eq($workspace));
        if let Some(statuses) = &$filter.statuses {
            query = query.filter(campaigns::status.eq_any(statuses.clone()));
        }
        query
    }};
}

/// A window of the campaigns, newest first.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &CampaignFilter,
    window: &Window,
) -> QueryResult<Vec<Campaign>> {
    let order = Order::NewestFirst;
    windowed!(filtered!(workspace, filter), window, order, campaigns::created_at, campaigns::id, CampaignId)
        .select(Campaign::as_select())
        .load(conn)
        .await
}

/// How many campaigns a filter finds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &CampaignFilter) -> QueryResult<i64> {
    filtered!(workspace, filter).count().get_result(conn).await
}

/// Campaigns whose name is among `names`.
pub async fn called(
    conn: &mut Conn,
    workspace: WorkspaceId,
    names: &[&str],
) -> QueryResult<Vec<(CampaignId, String)>> {
    campaigns::table
        .filter(campaigns::workspace_id.eq(workspace).and(campaigns::name.eq_any(names.iter().copied())))
        .order(campaigns::id)
        .select((campaigns::id, campaigns::name))
        .load(conn)
        .await
}

/// Campaigns by id; those of other workspaces are left out.
pub async fn by_ids(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[CampaignId],
) -> QueryResult<Vec<Campaign>> {
    campaigns::table
        .filter(campaigns::workspace_id.eq(workspace).and(campaigns::id.eq_any(ids)))
        .select(Campaign::as_select())
        .load(conn)
        .await
}

/// Campaigns whose newest posts are read by one statement. SQLite joins at most 500 lists.
const CAMPAIGNS_A_STATEMENT: usize = 100;

/// The newest posts of each campaign, at most `most` of each, those of one campaign the newest first.
pub async fn newest_posts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[CampaignId],
    most: i64,
) -> QueryResult<Vec<Post>> {
    let mut found = Vec::new();
    for ids in ids.chunks(CAMPAIGNS_A_STATEMENT) {
        // The newest of each campaign, from the index; a list of all its posts would grow with the campaign.
        let of_each = ids.iter().map(|id| {
            format!(
                "select newer.id from (select p.id from posts p where p.campaign_id = {id}
                    order by p.created_at desc, p.id desc limit {most}) as newer"
            )
        });
        let newest = format!("posts.id in ({})", of_each.collect::<Vec<_>>().join(" union all "));
        let posts: Vec<Post> = posts::table
            // A sum has no index: the database has to go by the ids.
            .filter((posts::workspace_id + 0_i64).eq(workspace))
            .filter(sql::<Bool>(&newest))
            .order((posts::created_at.desc(), posts::id.desc()))
            .select(Post::as_select())
            .load(conn)
            .await?;
        found.extend(posts);
    }
    Ok(found)
}

/// How many posts each campaign has; those without a post are left out.
pub async fn post_counts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[CampaignId],
) -> QueryResult<Vec<(CampaignId, i64)>> {
    let ids = ids.iter().map(|id| id.0).collect();
    let counts = kept_counts::read_each(conn, workspace, KeptCount::CampaignPosts, ids).await?;
    Ok(counts.into_iter().map(|(id, count)| (CampaignId(id), count)).collect())
}
