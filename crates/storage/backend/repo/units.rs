//! Loads posts as units of work under a lock, and saves them.

use super::{Conn, events};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{NewEvent, Seq};
use fanfare_domain::id::{AccountId, CampaignId, PostId, TargetId, UserId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{JobKind, JobState, PublishMode, StepPhase, StepState, TargetStatus};
use fanfare_storage::post_unit::{AccountFacts, JobChange, PostUnit};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{NewJob, Post, PostState, Saga, Target, TargetState};
use std::collections::{BTreeMap, HashMap};

/// Rows of one statement: each is a bind variable of its own on SQLite.
const AT_ONCE: usize = 1_000;

/// The post of a workspace, for a command.
pub async fn load(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: PostId,
    now: Timestamp,
) -> CommandResult<PostUnit> {
    let mut units = load_many(conn, &[id], now).await?;
    let mut unit =
        units.pop().filter(|unit| unit.post.workspace_id == workspace).ok_or(CommandError::NotFound)?;
    if unit.post.publish_mode == PublishMode::BestEffort {
        load_unsettled(conn, &mut unit).await?;
    }
    Ok(unit)
}

/// The posts, locked in the order of their ids. Sagas and unsettled steps are read where a post is all-or-nothing.
pub async fn load_many(conn: &mut Conn, ids: &[PostId], now: Timestamp) -> QueryResult<Vec<PostUnit>> {
    let posts = posts::table.filter(posts::id.eq_any(ids)).order(posts::id).select(Post::as_select());
    pg_only! { let posts = posts.for_no_key_update(); }
    let posts: Vec<Post> = posts.load(conn).await?;
    let rows: Vec<(Target, Platform, String)> = post_targets::table
        .inner_join(accounts::table)
        .filter(post_targets::post_id.eq_any(ids))
        .order((post_targets::post_id, post_targets::position))
        .select((Target::as_select(), accounts::platform, accounts::name))
        .load(conn)
        .await?;
    let mut units: Vec<PostUnit> =
        posts.into_iter().map(|post| PostUnit::new(post, Vec::new(), now)).collect();
    for (target, platform, name) in rows {
        if let Some(unit) = units.iter_mut().find(|unit| unit.post.id == target.post_id) {
            unit.accounts.insert(target.account_id, AccountFacts { platform, name });
            unit.targets.push(target);
        }
    }
    let mut together: Vec<&mut PostUnit> =
        units.iter_mut().filter(|unit| unit.post.publish_mode == PublishMode::AllOrNothing).collect();
    if !together.is_empty() {
        let ids: Vec<PostId> = together.iter().map(|unit| unit.post.id).collect();
        let sagas: Vec<Saga> =
            sagas::table.filter(sagas::post_id.eq_any(ids)).select(Saga::as_select()).load(conn).await?;
        for saga in sagas {
            if let Some(unit) = together.iter_mut().find(|unit| unit.post.id == saga.post_id) {
                unit.saga = Some(saga);
            }
        }
        for unit in together {
            load_unsettled(conn, unit).await?;
        }
    }
    Ok(units)
}

/// The posts of a campaign that have a target in this state, locked.
pub(super) async fn of_campaign(
    conn: &mut Conn,
    campaign: CampaignId,
    status: TargetStatus,
    now: Timestamp,
) -> QueryResult<Vec<PostUnit>> {
    let ids: Vec<PostId> = posts::table
        .inner_join(post_targets::table)
        .filter(posts::campaign_id.eq(campaign).and(post_targets::status.eq(status)))
        .select(posts::id)
        .distinct()
        .order(posts::id)
        .load(conn)
        .await?;
    let mut units = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        units.append(&mut load_many(conn, ids, now).await?);
    }
    Ok(units)
}

/// Reads which targets have a public step that is not settled.
pub(super) async fn load_unsettled(conn: &mut Conn, unit: &mut PostUnit) -> QueryResult<()> {
    let targets: Vec<TargetId> = unit.targets.iter().map(|target| target.id).collect();
    let open: Vec<TargetId> = publish_steps::table
        .filter(publish_steps::target_id.eq_any(targets))
        .filter(publish_steps::public_effect.eq(true).and(publish_steps::phase.eq(StepPhase::Publish)))
        .filter(publish_steps::state.eq_any([StepState::Sent, StepState::Unknown]))
        .select(publish_steps::target_id)
        .load(conn)
        .await?;
    unit.unsettled = open.into_iter().collect();
    Ok(())
}

/// Concludes and saves one unit; answers the position of its last event.
pub async fn save(conn: &mut Conn, unit: PostUnit, actor: Option<UserId>) -> CommandResult<Seq> {
    let workspace = unit.post.workspace_id;
    let seqs = save_many(conn, vec![unit], actor).await?;
    match seqs.get(&workspace) {
        Some(seq) => Ok(*seq),
        None => Ok(events::last_seq(conn, workspace).await?),
    }
}

/// Concludes and saves units; answers the position of the last event of each workspace that has new ones.
pub async fn save_many(
    conn: &mut Conn,
    mut units: Vec<PostUnit>,
    actor: Option<UserId>,
) -> CommandResult<BTreeMap<WorkspaceId, Seq>> {
    let Some(now) = units.as_slice().first().map(|unit| unit.now) else { return Ok(BTreeMap::new()) };
    for unit in &mut units {
        unit.conclude()?;
    }
    write_targets(conn, &units).await?;
    write_posts(conn, &units).await?;
    let mut log: BTreeMap<WorkspaceId, Vec<NewEvent>> = BTreeMap::new();
    for mut unit in units {
        write_jobs(conn, &unit).await?;
        write_saga(conn, &unit).await?;
        log.entry(unit.post.workspace_id).or_default().append(&mut unit.events);
    }
    let mut seqs = BTreeMap::new();
    for (workspace, new) in log {
        if !new.is_empty() {
            seqs.insert(workspace, events::append(conn, workspace, actor, new, now).await?);
        }
    }
    Ok(seqs)
}

/// Writes the changed targets; those that come to the same state, as all of a burst do, by one statement.
async fn write_targets(conn: &mut Conn, units: &[PostUnit]) -> QueryResult<()> {
    let mut groups: HashMap<TargetState, Vec<TargetId>> = HashMap::new();
    for unit in units {
        for target in unit.targets.iter().filter(|target| unit.changed.contains(&target.id)) {
            groups.entry(TargetState::of(target)).or_default().push(target.id);
        }
    }
    for (state, ids) in groups {
        for ids in ids.chunks(AT_ONCE) {
            let changed = post_targets::table.filter(post_targets::id.eq_any(ids));
            diesel::update(changed).set(&state).execute(conn).await?;
        }
    }
    Ok(())
}

/// Writes the changed posts, in the same way.
async fn write_posts(conn: &mut Conn, units: &[PostUnit]) -> QueryResult<()> {
    let mut groups: HashMap<PostState, Vec<PostId>> = HashMap::new();
    for unit in units.iter().filter(|unit| unit.post_changed) {
        groups.entry(PostState::of(&unit.post)).or_default().push(unit.post.id);
    }
    for (state, ids) in groups {
        for ids in ids.chunks(AT_ONCE) {
            diesel::update(posts::table.filter(posts::id.eq_any(ids))).set(&state).execute(conn).await?;
        }
    }
    Ok(())
}

async fn write_saga(conn: &mut Conn, unit: &PostUnit) -> QueryResult<()> {
    if let Some(saga) = unit.saga.as_ref().filter(|_| unit.saga_changed) {
        diesel::insert_into(sagas::table)
            .values((
                sagas::workspace_id.eq(saga.workspace_id),
                sagas::post_id.eq(saga.post_id),
                sagas::state.eq(saga.state),
                sagas::failed_target_id.eq(saga.failed_target_id),
                sagas::failed_step.eq(&saga.failed_step),
                sagas::created_at.eq(saga.created_at),
                sagas::updated_at.eq(saga.updated_at),
            ))
            .on_conflict(sagas::post_id)
            .do_update()
            .set((
                sagas::state.eq(excluded(sagas::state)),
                sagas::failed_target_id.eq(excluded(sagas::failed_target_id)),
                sagas::failed_step.eq(excluded(sagas::failed_step)),
                sagas::updated_at.eq(excluded(sagas::updated_at)),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

async fn write_jobs(conn: &mut Conn, unit: &PostUnit) -> QueryResult<()> {
    for change in &unit.jobs {
        let queued =
            |id: TargetId| jobs::table.filter(jobs::target_id.eq(id).and(jobs::state.eq(JobState::Queued)));
        match *change {
            JobChange::Close { target_id } => {
                diesel::update(queued(target_id)).set(jobs::state.eq(JobState::Done)).execute(conn).await?;
            }
            JobChange::Wake { target_id } => {
                let waiting = || queued(target_id).filter(jobs::kind.eq(JobKind::PublishTarget));
                diesel::update(waiting().filter(jobs::due_at.gt(unit.now)))
                    .set(jobs::run_at.eq(jobs::due_at))
                    .execute(conn)
                    .await?;
                diesel::update(waiting().filter(jobs::due_at.le(unit.now)))
                    .set(jobs::run_at.eq(unit.now))
                    .execute(conn)
                    .await?;
            }
            JobChange::Queue { target_id, kind, run_at, due_at } => {
                let moved = diesel::update(queued(target_id).filter(jobs::kind.eq(kind)))
                    .set((jobs::run_at.eq(run_at), jobs::due_at.eq(due_at), jobs::attempts.eq(0)))
                    .execute(conn)
                    .await?;
                let target = unit.target(target_id).filter(|_| moved == 0);
                let Some((target, account)) =
                    target.and_then(|t| Some((t, unit.accounts.get(&t.account_id)?)))
                else {
                    continue;
                };
                let job = NewJob {
                    workspace_id: unit.post.workspace_id,
                    kind,
                    target_id,
                    account_id: target.account_id,
                    platform: account.platform,
                    state: JobState::Queued,
                    run_at,
                    due_at,
                    attempts: 0,
                    budget_taken: false,
                    lease_token: 0,
                    created_at: unit.now,
                };
                diesel::insert_into(jobs::table).values(&job).execute(conn).await?;
            }
        }
    }
    Ok(())
}

/// The accounts of new targets, for a unit that is being made.
pub(super) async fn account_facts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[AccountId],
) -> QueryResult<BTreeMap<AccountId, AccountFacts>> {
    let rows: Vec<(AccountId, Platform, String)> = accounts::table
        .filter(accounts::workspace_id.eq(workspace).and(accounts::id.eq_any(ids)))
        .select((accounts::id, accounts::platform, accounts::name))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, platform, name)| (id, AccountFacts { platform, name })).collect())
}
