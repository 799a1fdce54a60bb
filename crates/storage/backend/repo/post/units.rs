//! Loads posts as aggregates under a lock, and saves what was decided about them.

use super::job_times;
use crate::Conn;
use crate::repo::events;
use crate::repo::update_each::update_each;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, NewEvent, Seq};
use fanfare_domain::id::{AccountId, CampaignId, PostId, TargetId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{
    self, AccountFacts, JobKind, JobState, JobUpdate, PostAggregate, PublishMode, StepPhase, StepState,
    TargetStatus,
};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{NewJob, Post, PostState, Saga, Target, TargetState};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows of one statement: each is a bind variable of its own on SQLite.
const AT_ONCE: usize = 1_000;

/// The post of a workspace, for a command.
pub async fn load(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: PostId,
    now: Timestamp,
) -> CommandResult<PostAggregate> {
    let found = load_many(conn, &[id], now).await?.pop();
    let mut post = found.filter(|post| post.post.workspace_id == workspace).ok_or(CommandError::NotFound)?;
    if post.post.body.publish_mode == PublishMode::BestEffort {
        load_unsettled(conn, std::slice::from_mut(&mut post)).await?;
    }
    Ok(post)
}

/// The posts, locked in the order of their ids. Sagas and unsettled steps are read where a post is all-or-nothing.
pub async fn load_many(conn: &mut Conn, ids: &[PostId], now: Timestamp) -> QueryResult<Vec<PostAggregate>> {
    let ids: BTreeSet<PostId> = ids.iter().copied().collect();
    let ids: Vec<PostId> = ids.into_iter().collect();
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let posts = posts::table.filter(posts::id.eq_any(ids)).order(posts::id).select(Post::as_select());
        pg_only! { let posts = posts.for_no_key_update(); }
        let posts: Vec<Post> = posts.load(conn).await?;
        found.append(&mut with_targets(conn, posts, now).await?);
    }
    Ok(found)
}

/// The same, but never waits for a lock of another transaction: what is locked is left out.
pub(in crate::repo) async fn load_free(
    conn: &mut Conn,
    ids: &[PostId],
    now: Timestamp,
) -> QueryResult<Vec<PostAggregate>> {
    let posts = posts::table.filter(posts::id.eq_any(ids)).order(posts::id).select(Post::as_select());
    pg_only! { let posts = posts.for_no_key_update().skip_locked(); }
    let posts: Vec<Post> = posts.load(conn).await?;
    with_targets(conn, posts, now).await
}

/// Posts that are locked, with everything that is decided about with them.
async fn with_targets(conn: &mut Conn, posts: Vec<Post>, now: Timestamp) -> QueryResult<Vec<PostAggregate>> {
    let ids: Vec<PostId> = posts.iter().map(|post| post.id).collect();
    let rows: Vec<(Target, Platform, String)> = post_targets::table
        .inner_join(accounts::table)
        .filter(post_targets::post_id.eq_any(&ids))
        .order((post_targets::post_id, post_targets::position))
        .select((Target::as_select(), accounts::platform, accounts::name))
        .load(conn)
        .await?;
    let mut targets: HashMap<PostId, (Vec<_>, BTreeMap<AccountId, AccountFacts>)> = HashMap::new();
    for (target, platform, name) in rows {
        let (targets, accounts) = targets.entry(target.post_id).or_default();
        accounts.insert(target.account_id, AccountFacts { platform, name });
        targets.push(target.into());
    }
    let mut found: Vec<PostAggregate> = Vec::with_capacity(posts.len());
    for post in posts {
        let (targets, accounts) = targets.remove(&post.id).unwrap_or_default();
        found.push(PostAggregate::new(post.into(), targets, accounts, now));
    }
    load_sagas(conn, &mut found).await?;
    Ok(found)
}

/// Reads what an all-or-nothing post is decided by, besides its targets.
async fn load_sagas(conn: &mut Conn, found: &mut [PostAggregate]) -> QueryResult<()> {
    let mut together: Vec<&mut PostAggregate> =
        found.iter_mut().filter(|post| post.post.body.publish_mode == PublishMode::AllOrNothing).collect();
    if together.is_empty() {
        return Ok(());
    }
    let ids: Vec<PostId> = together.iter().map(|post| post.post.id).collect();
    let sagas: Vec<Saga> =
        sagas::table.filter(sagas::post_id.eq_any(ids)).select(Saga::as_select()).load(conn).await?;
    for saga in sagas {
        if let Some(post) = together.iter_mut().find(|post| post.post.id == saga.post_id) {
            post.set_saga(saga.into());
        }
    }
    unsettled(conn, together).await
}

/// The posts of a campaign that have a target in this state, locked.
pub(in crate::repo) async fn of_campaign(
    conn: &mut Conn,
    campaign: CampaignId,
    status: TargetStatus,
    now: Timestamp,
) -> QueryResult<Vec<PostAggregate>> {
    let ids: Vec<PostId> = posts::table
        .inner_join(post_targets::table)
        .filter(posts::campaign_id.eq(campaign).and(post_targets::status.eq(status)))
        .select(posts::id)
        .distinct()
        .order(posts::id)
        .load(conn)
        .await?;
    load_many(conn, &ids, now).await
}

/// Reads which targets have a public step that is not settled.
pub(in crate::repo) async fn load_unsettled(conn: &mut Conn, posts: &mut [PostAggregate]) -> QueryResult<()> {
    unsettled(conn, posts.iter_mut().collect()).await
}

async fn unsettled(conn: &mut Conn, posts: Vec<&mut PostAggregate>) -> QueryResult<()> {
    let targets: Vec<TargetId> =
        posts.iter().flat_map(|post| post.targets.iter().map(|target| target.id)).collect();
    let mut open: BTreeSet<TargetId> = BTreeSet::new();
    for targets in targets.chunks(AT_ONCE) {
        let found: Vec<TargetId> = publish_steps::table
            .filter(publish_steps::target_id.eq_any(targets))
            .filter(publish_steps::public_effect.eq(true).and(publish_steps::phase.eq(StepPhase::Publish)))
            .filter(publish_steps::state.eq_any([StepState::Sent, StepState::Unknown]))
            .select(publish_steps::target_id)
            .load(conn)
            .await?;
        open.extend(found);
    }
    for post in posts {
        let own = post.targets.iter().map(|target| target.id).filter(|id| open.contains(id));
        let own = own.collect();
        post.set_unsettled(own);
    }
    Ok(())
}

/// Concludes and saves one post; returns the position of its last event.
pub async fn save(conn: &mut Conn, post: PostAggregate, actor: Option<EventActor>) -> CommandResult<Seq> {
    let workspace = post.post.workspace_id;
    let seqs = save_many(conn, vec![post], actor).await?;
    match seqs.get(&workspace) {
        Some(seq) => Ok(*seq),
        None => Ok(events::last_seq(conn, workspace).await?),
    }
}

/// Concludes and saves posts; returns the position of the last event of each workspace that has new ones.
pub async fn save_many(
    conn: &mut Conn,
    mut posts: Vec<PostAggregate>,
    actor: Option<EventActor>,
) -> CommandResult<BTreeMap<WorkspaceId, Seq>> {
    for post in &mut posts {
        post.conclude()?;
    }
    write_many(conn, &posts).await?;
    log(conn, &mut posts, actor).await
}

/// Writes what was decided of posts, which are concluded; not their events.
pub(in crate::repo) async fn write_many(conn: &mut Conn, posts: &[PostAggregate]) -> QueryResult<()> {
    write_targets(conn, posts).await?;
    write_posts(conn, posts).await?;
    write_jobs(conn, posts).await?;
    write_sagas(conn, posts).await
}

/// Appends the events of posts; returns the position of the last one of each workspace that has any.
pub(in crate::repo) async fn log(
    conn: &mut Conn,
    posts: &mut [PostAggregate],
    actor: Option<EventActor>,
) -> CommandResult<BTreeMap<WorkspaceId, Seq>> {
    let Some(now) = posts.iter().map(PostAggregate::now).next() else { return Ok(BTreeMap::new()) };
    let mut log: BTreeMap<WorkspaceId, Vec<NewEvent>> = BTreeMap::new();
    for post in posts {
        log.entry(post.post.workspace_id).or_default().append(&mut post.take_events());
    }
    let mut seqs = BTreeMap::new();
    for (workspace, new) in log {
        if !new.is_empty() {
            seqs.insert(workspace, events::append(conn, workspace, actor, new, now).await?);
        }
    }
    Ok(seqs)
}

update_each!(TargetUpdates: post_targets by id TargetId = TargetState {
    status, external_id, url, error_code, error_message, attempts, next_attempt_at, published_at, updated_at
});

/// Writes the changed targets: those that come to the same state, as all of a burst do when they start, by one statement,
/// and those that come to one of their own, as published ones do, by another.
async fn write_targets(conn: &mut Conn, posts: &[PostAggregate]) -> QueryResult<()> {
    let mut groups: HashMap<TargetState, Vec<TargetId>> = HashMap::new();
    for target in posts.iter().flat_map(PostAggregate::changed_targets) {
        groups.entry(TargetState::of(target)).or_default().push(target.id);
    }
    let (mut single, mut shared): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, ids)| ids.len() == 1);
    if single.len() == 1 {
        // An ordinary UPDATE.
        shared.append(&mut single);
    }
    let pairs =
        single.into_iter().flat_map(|(state, ids)| ids.into_iter().map(move |id| (id, state.clone())));
    let each: Vec<(TargetId, TargetState)> = pairs.collect();
    for each in each.chunks(AT_ONCE) {
        TargetUpdates(each).execute(conn).await?;
    }
    for (state, ids) in shared {
        for ids in ids.chunks(AT_ONCE) {
            let changed = post_targets::table.filter(post_targets::id.eq_any(ids));
            diesel::update(changed).set(&state).execute(conn).await?;
        }
    }
    Ok(())
}

update_each!(PostUpdates: posts by id PostId = PostState {
    status, scheduled_at, published_at, media_state, updated_at
} raising revision);

/// Writes the changed posts, in the same way. Each gets its next revision.
async fn write_posts(conn: &mut Conn, posts: &[PostAggregate]) -> QueryResult<()> {
    let mut groups: HashMap<PostState, Vec<PostId>> = HashMap::new();
    for post in posts.iter().filter(|post| post.post_has_changed()) {
        groups.entry(PostState::of(&post.post)).or_default().push(post.post.id);
    }
    let (mut single, mut shared): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, ids)| ids.len() == 1);
    if single.len() == 1 {
        shared.append(&mut single);
    }
    let each = single.into_iter().flat_map(|(state, ids)| ids.into_iter().map(move |id| (id, state)));
    let each: Vec<(PostId, PostState)> = each.collect();
    for each in each.chunks(AT_ONCE) {
        PostUpdates(each).execute(conn).await?;
    }
    for (state, ids) in shared {
        for ids in ids.chunks(AT_ONCE) {
            diesel::update(posts::table.filter(posts::id.eq_any(ids)))
                .set((&state, posts::revision.eq(posts::revision + 1)))
                .execute(conn)
                .await?;
        }
    }
    Ok(())
}

/// Writes the sagas that changed.
pub(in crate::repo) async fn write_sagas(conn: &mut Conn, posts: &[PostAggregate]) -> QueryResult<()> {
    let changed = posts.iter().filter_map(|post| Some((&post.post, post.changed_saga()?)));
    let changed: Vec<(&post::Post, &post::Saga)> = changed.collect();
    for changed in changed.chunks(AT_ONCE) {
        let rows = changed.iter().map(|(post, saga)| {
            (
                sagas::workspace_id.eq(post.workspace_id),
                sagas::post_id.eq(post.id),
                sagas::state.eq(saga.state),
                sagas::failed_target_id.eq(saga.failed_target_id),
                sagas::failed_step.eq(saga.failed_step.clone()),
                sagas::created_at.eq(saga.created_at),
                sagas::updated_at.eq(saga.updated_at),
            )
        });
        let write = diesel::insert_into(sagas::table)
            .values(rows.collect::<Vec<_>>())
            .on_conflict(sagas::post_id)
            .do_update()
            .set((
                sagas::state.eq(excluded(sagas::state)),
                sagas::failed_target_id.eq(excluded(sagas::failed_target_id)),
                sagas::failed_step.eq(excluded(sagas::failed_step)),
                sagas::updated_at.eq(excluded(sagas::updated_at)),
            ));
        batch!(conn, execute, write)?;
    }
    Ok(())
}

/// Jobs of one kind that come to the same times.
type Queue = (JobKind, Timestamp, Timestamp);

/// The queued jobs of targets.
macro_rules! queued {
    ($ids:expr) => {
        jobs::table.filter(jobs::target_id.eq_any($ids).and(jobs::state.eq(JobState::Queued)))
    };
}

/// Writes what was decided of jobs: what is closed, what is woken, what is queued; as many statements as there are kinds
/// of update, however many targets.
async fn write_jobs(conn: &mut Conn, posts: &[PostAggregate]) -> QueryResult<()> {
    let Some(now) = posts.first().map(PostAggregate::now) else { return Ok(()) };
    let (mut closed, mut woken) = (Vec::new(), Vec::new());
    let mut queues: BTreeMap<Queue, Vec<NewJob>> = BTreeMap::new();
    for (post, update) in posts.iter().flat_map(|post| post.jobs().iter().map(move |update| (post, update))) {
        match *update {
            JobUpdate::Close { target_id } => closed.push(target_id),
            JobUpdate::Wake { target_id } => woken.push(target_id),
            JobUpdate::Queue { target_id, kind, run_at, due_at } => {
                queues.entry((kind, run_at, due_at)).or_default().extend(new_job(
                    post,
                    target_id,
                    kind,
                    (run_at, due_at),
                ));
            }
        }
    }
    for ids in closed.chunks(AT_ONCE) {
        diesel::update(queued!(ids)).set(jobs::state.eq(JobState::Done)).execute(conn).await?;
    }
    for ids in woken.chunks(AT_ONCE) {
        let waiting = || queued!(ids).filter(jobs::kind.eq(JobKind::PublishTarget));
        let (ahead, passed) = (jobs::due_at.gt(now), jobs::due_at.le(now));
        diesel::update(waiting().filter(ahead)).set(jobs::run_at.eq(jobs::due_at)).execute(conn).await?;
        diesel::update(waiting().filter(passed)).set(jobs::run_at.eq(now)).execute(conn).await?;
    }
    let mut new = Vec::new();
    if queues.len() > 1 {
        let wanted: Vec<NewJob> = std::mem::take(&mut queues).into_values().flatten().collect();
        let moved = job_times::move_each(conn, &wanted).await?;
        new.extend(wanted.into_iter().filter(|job| !moved.contains(&(job.target_id, job.kind))));
    }
    for ((kind, run_at, due_at), wanted) in queues {
        for wanted in wanted.chunks(AT_ONCE) {
            let ids: Vec<TargetId> = wanted.iter().map(|job| job.target_id).collect();
            let moved: Vec<TargetId> = diesel::update(queued!(ids).filter(jobs::kind.eq(kind)))
                .set((jobs::run_at.eq(run_at), jobs::due_at.eq(due_at), jobs::attempts.eq(0)))
                .returning(jobs::target_id)
                .get_results(conn)
                .await?;
            new.extend(wanted.iter().filter(|job| !moved.contains(&job.target_id)).cloned());
        }
    }
    insert_jobs(conn, &new).await
}

/// Queues the jobs of posts whose targets were stored just now: none of them has one yet.
pub(in crate::repo) async fn insert_first_jobs(conn: &mut Conn, posts: &[PostAggregate]) -> QueryResult<()> {
    let updates = posts.iter().flat_map(|post| post.jobs().iter().map(move |update| (post, update)));
    let jobs = updates.filter_map(|(post, update)| match *update {
        JobUpdate::Queue { target_id, kind, run_at, due_at } => {
            new_job(post, target_id, kind, (run_at, due_at))
        }
        JobUpdate::Wake { .. } | JobUpdate::Close { .. } => None,
    });
    let jobs: Vec<NewJob> = jobs.collect();
    insert_jobs(conn, &jobs).await
}

async fn insert_jobs(conn: &mut Conn, new: &[NewJob]) -> QueryResult<()> {
    insert_rows!(conn, jobs::table, new, AT_ONCE);
    Ok(())
}

/// A job as it is queued; `None`: there is no such target.
fn new_job(
    post: &PostAggregate,
    target_id: TargetId,
    kind: JobKind,
    (run_at, due_at): (Timestamp, Timestamp),
) -> Option<NewJob> {
    let target = post.target(target_id)?;
    Some(NewJob {
        workspace_id: post.post.workspace_id,
        kind,
        target_id,
        account_id: target.account_id,
        platform: post.account(target.account_id)?.platform,
        state: JobState::Queued,
        run_at,
        due_at,
        attempts: 0,
        budget_taken: false,
        lease_token: 0,
        created_at: post.now(),
    })
}
