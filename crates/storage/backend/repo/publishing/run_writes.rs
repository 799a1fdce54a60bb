//! What several runs write at once: for each write what its own command writes (`ledger::sent`, `ledger::settle`,
//! `outcomes::finish`), in one transaction and with few statements.
//!
//! It waits for no row that another transaction has locked, a workspace's counter excepted: what is locked is left out. So
//! a run whose post is being changed, or whose workspace is being deleted, holds up no other, and two groups of two nodes
//! cannot wait for each other.

use crate::Conn;
use crate::repo::{events, jobs as queue, ledger, outcomes, units};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{NewEvent, Seq};
use fanfare_domain::id::{JobId, PostId, StepId, TargetId, WorkspaceId};
use fanfare_domain::post::{JobState, Outcome, PostAggregate, PublishMode, TargetErrorCode, TargetStatus};
use fanfare_domain::work::Lease;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::command::run_write::{RunEntry, RunWrite, RunWritten};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Job, NewStep};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

/// Commits writes of runs, at most 1,000; answers what each came to, in their order. `None`: it is not among what was
/// written, because its lease is not held, or something of it is locked, or it cannot share the transaction with another of
/// the writes. Its own command tells then. Leases of steps about to be sent are extended by `lease_for`.
pub async fn commit(
    conn: &mut Conn,
    lease_for: Duration,
    writes: Vec<RunWrite>,
) -> CommandResult<Vec<Option<RunWritten>>> {
    tx!(conn, {
        let mut written: Vec<Option<RunWritten>> = vec![None; writes.len()];
        let Some(clock) = writes.iter().map(|write| write.clock).max() else {
            return Ok(written);
        };
        let Group { sent, settled, settlements, ended, posts } = lock(conn, writes, clock).await?;
        for (place, step) in send(conn, sent, (clock, lease_for)).await? {
            set(&mut written, place, RunWritten::Sent(step));
        }
        for place in settled {
            set(&mut written, place, RunWritten::Settled);
        }
        ledger::write_many(conn, settlements).await?;
        for (place, end) in end(conn, ended, posts, clock).await? {
            set(&mut written, place, end);
        }
        Ok(written)
    })
}

fn set(written: &mut [Option<RunWritten>], place: usize, what: RunWritten) {
    if let Some(answer) = written.get_mut(place) {
        *answer = Some(what);
    }
}

/// What can be written together, each with its place among the answers. Its jobs are locked and held, each by one member;
/// the posts of the ends are locked.
struct Group {
    sent: Vec<(usize, JobId, NewStep)>,
    settled: Vec<usize>,
    /// Of steps after which a run goes on.
    settlements: Vec<(Settlement, Timestamp)>,
    ended: Vec<End>,
    posts: HashMap<PostId, PostAggregate>,
}

struct End {
    place: usize,
    lease: Lease<JobId>,
    job: Job,
    post: PostId,
    settlement: Option<Settlement>,
    outcome: Outcome,
    clock: Timestamp,
}

/// Locks what the writes are about, posts before jobs as everywhere, and finds whose lease is held.
async fn lock(conn: &mut Conn, writes: Vec<RunWrite>, clock: Timestamp) -> CommandResult<Group> {
    let ids: Vec<PostId> = writes.iter().filter_map(ended_post).collect();
    let free = if ids.is_empty() { Vec::new() } else { units::load_free(conn, &ids, clock).await? };
    let mut posts: HashMap<PostId, PostAggregate> =
        free.into_iter().map(|post| (post.post.id, post)).collect();
    // Steps and events refer to their workspace.
    let named = writes.iter().filter_map(sent_in);
    let named = named.chain(posts.values().map(|post| post.post.workspace_id)).collect();
    let kept = queue::keep_workspaces(conn, named).await?;
    posts.retain(|_, post| kept.contains(&post.post.workspace_id));
    let is_free = |write: &&RunWrite| match &write.entry {
        RunEntry::Settled(_) => true,
        RunEntry::Sent { step, .. } => kept.contains(&step.workspace_id),
        RunEntry::Ended { .. } => ended_post(write).is_some_and(|post| posts.contains_key(&post)),
    };
    let ids: Vec<JobId> = writes.iter().filter(is_free).map(|write| write.lease.id).collect();
    let mut jobs: HashMap<JobId, Job> =
        queue::lock_held(conn, &ids).await?.into_iter().map(|job| (job.id, job)).collect();
    let (mut sent, mut settled, mut settlements, mut ended) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut targets: HashSet<TargetId> = HashSet::new();
    let mut ending = Ending::default();
    for (place, RunWrite { lease, clock, entry }) in writes.into_iter().enumerate() {
        if jobs.get(&lease.id).is_none_or(|job| job.lease_token != lease.token) {
            continue;
        }
        // Each job once: what follows on the first write is decided by what that has left.
        let Some(job) = jobs.remove(&lease.id) else { continue };
        match entry {
            // Its row is found by its target.
            RunEntry::Sent { step, settlement }
                if kept.contains(&step.workspace_id) && targets.insert(step.target_id) =>
            {
                settlements.extend(settlement.map(|settlement| (settlement, clock)));
                sent.push((place, lease.id, step));
            }
            RunEntry::Settled(settlement) => {
                settlements.push((settlement, clock));
                settled.push(place);
            }
            RunEntry::Ended { post, settlement, outcome }
                if !waits_for_reconnection(&outcome) && ending.takes(posts.get(&post), job.target_id) =>
            {
                ended.push(End { place, lease, job, post, settlement, outcome, clock });
            }
            RunEntry::Sent { .. } | RunEntry::Ended { .. } => {}
        }
    }
    Ok(Group { sent, settled, settlements, ended, posts })
}

/// The posts of which runs end, and whether other runs of theirs may end with them.
#[derive(Default)]
struct Ending(HashMap<PostId, bool>);

impl Ending {
    /// Whether the end of a target's run is among the others. What an all-or-nothing post comes to, and how a deletion
    /// waits, is decided for one run at a time.
    fn takes(&mut self, post: Option<&PostAggregate>, target: TargetId) -> bool {
        let Some(post) = post else { return false };
        let publishing = post.target(target).is_some_and(|target| target.status == TargetStatus::Publishing);
        let shares = publishing && post.post.body.publish_mode == PublishMode::BestEffort;
        match self.0.entry(post.post.id) {
            Entry::Vacant(entry) => {
                entry.insert(shares);
                true
            }
            Entry::Occupied(entry) => shares && *entry.get(),
        }
    }
}

/// The workspace of a step that is about to be sent.
fn sent_in(write: &RunWrite) -> Option<WorkspaceId> {
    match &write.entry {
        RunEntry::Sent { step, .. } => Some(step.workspace_id),
        RunEntry::Settled(_) | RunEntry::Ended { .. } => None,
    }
}

/// The post whose run ends by a write that can be among others.
fn ended_post(write: &RunWrite) -> Option<PostId> {
    match &write.entry {
        RunEntry::Ended { post, outcome, .. } if !waits_for_reconnection(outcome) => Some(*post),
        _ => None,
    }
}

/// Its own command looks at the account, and waits for whoever is connecting it again.
fn waits_for_reconnection(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Again { error: Some((TargetErrorCode::Auth, _)), .. })
}

/// Writes the steps that are about to be sent, and extends their leases; answers the steps' ids.
async fn send(
    conn: &mut Conn,
    sent: Vec<(usize, JobId, NewStep)>,
    (clock, lease_for): (Timestamp, Duration),
) -> CommandResult<Vec<(usize, StepId)>> {
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let jobs: Vec<JobId> = sent.iter().map(|(_, job, _)| *job).collect();
    queue::extend_locked(conn, &jobs, clock, lease_for).await?;
    let places: HashMap<TargetId, usize> =
        sent.iter().map(|(place, _, step)| (step.target_id, *place)).collect();
    let steps: Vec<NewStep> = sent.into_iter().map(|(_, _, step)| step).collect();
    let insert = diesel::insert_into(publish_steps::table)
        .values(steps)
        .returning((publish_steps::target_id, publish_steps::id));
    let rows: Vec<(TargetId, StepId)> = batch!(conn, get_results, insert)?;
    Ok(rows.into_iter().filter_map(|(target, step)| Some((*places.get(&target)?, step))).collect())
}

/// Writes the ends of runs: ledger, jobs, targets, posts, sagas, and the events of each workspace under one turn of its
/// counter. Each is decided after those before it, so that states and events are those of one run after the other.
async fn end(
    conn: &mut Conn,
    ended: Vec<End>,
    mut posts: HashMap<PostId, PostAggregate>,
    clock: Timestamp,
) -> CommandResult<Vec<(usize, RunWritten)>> {
    if ended.is_empty() {
        return Ok(Vec::new());
    }
    let (mut done, mut dead, mut settlements) = (Vec::new(), Vec::new(), Vec::new());
    let mut log: BTreeMap<WorkspaceId, Vec<NewEvent>> = BTreeMap::new();
    let mut ends = Vec::with_capacity(ended.len());
    for End { place, lease, job, post, settlement, outcome, clock } in ended {
        let outcome = outcomes::by_present(conn, outcome, clock).await?;
        match outcome.job_state() {
            JobState::Done => done.push(job.id),
            JobState::Dead => dead.push(job.id),
            JobState::Queued | JobState::Running => {
                outcomes::release(conn, lease, &outcome).await?;
            }
        }
        settlements.extend(settlement.map(|settlement| (settlement, clock)));
        let post = posts.get_mut(&post).ok_or(CommandError::NotFound)?;
        post.apply(job.target_id, outcome)?;
        post.conclude()?;
        log.entry(post.post.workspace_id).or_default().append(&mut post.take_events());
        ends.push((place, post.post.workspace_id));
    }
    queue::close_locked(conn, &done, JobState::Done).await?;
    queue::close_locked(conn, &dead, JobState::Dead).await?;
    ledger::write_many(conn, settlements).await?;
    let posts: Vec<PostAggregate> = posts.into_values().collect();
    units::write_many(conn, &posts).await?;
    let mut seqs: BTreeMap<WorkspaceId, Seq> = BTreeMap::new();
    for (workspace, new) in log {
        seqs.insert(workspace, events::append(conn, workspace, None, new, clock).await?);
    }
    let written = |(place, workspace): (usize, WorkspaceId)| {
        Some((place, RunWritten::Ended(workspace, *seqs.get(&workspace)?)))
    };
    Ok(ends.into_iter().filter_map(written).collect())
}
