//! Claiming work. The workspace is not a parameter here: a worker works for all of them.

use crate::Conn;
use crate::repo::leases::{fence, lease_time, leases, overdue};
use crate::repo::{budgets, units};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, JobId, PostId, WorkspaceId};
use fanfare_domain::post::{JobKind, JobState, StepState, TargetStatus};
use fanfare_domain::work::{Lapsed, Lease};
use fanfare_storage::command::claim::{Candidate, Claim, ClaimRequest, Claims, Retaken, Verdict};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Job;
use std::collections::BTreeSet;
use std::time::Duration;

leases!(jobs, id: JobId);
fence!(jobs, id: JobId);
overdue!(jobs, id: JobId, lease_until, lease_token, jobs::state.eq(JobState::Running));

/// The database's time on PostgreSQL, so that nodes with different clocks agree on leases; `clock` on SQLite.
pub async fn now(conn: &mut Conn, clock: Timestamp) -> QueryResult<Timestamp> {
    sqlite_only! { let (now, _) = (clock, conn); }
    pg_only! {
        let _ = clock;
        let now: Timestamp = diesel::select(diesel::dsl::sql::<Ts>("clock_timestamp()")).get_result(conn).await?;
    }
    Ok(now)
}

/// A time that this process has planned by its own clock, by the database's: it is the wait that counts, as the clocks
/// of nodes differ and what is due is decided by the database's clock.
pub(in crate::repo) async fn by_present(
    conn: &mut Conn,
    at: Timestamp,
    clock: Timestamp,
) -> QueryResult<Timestamp> {
    Ok(now(conn, clock).await?.plus(at.since(clock)))
}

/// Claims due jobs: at most one at a time for each account, in the order of their times. Never waits for a lock that
/// another node holds: what is locked is left for the next look.
pub async fn claim(conn: &mut Conn, mut request: ClaimRequest) -> CommandResult<Claims> {
    tx!(conn, {
        let now = now(conn, request.now).await?;
        let candidates = lock_candidates(conn, now, &request).await?;
        let mut claims = Claims { more: candidates.contended, ..Claims::default() };
        if candidates.jobs.is_empty() {
            return Ok(claims);
        }
        let verdicts = budgets::judge(conn, &candidates.jobs, &mut request, now).await?;
        let posts: Vec<PostId> = verdicts.iter().map(|(candidate, _)| candidate.post_id).collect();
        let mut units = units::load_many(conn, &posts, now).await?;
        let mut taken: Vec<Job> = Vec::with_capacity(verdicts.len());
        for (candidate, verdict) in verdicts {
            let Some(unit) = units.iter_mut().find(|unit| unit.post.id == candidate.post_id) else {
                continue;
            };
            let job = candidate.job;
            let status = unit.target(job.target_id).map(|target| target.status);
            match (verdict, job.kind, status) {
                (
                    Verdict::Run,
                    JobKind::PublishTarget,
                    Some(TargetStatus::Scheduled | TargetStatus::Pending),
                ) => {
                    unit.start(job.target_id)?;
                    taken.push(job);
                }
                (Verdict::Run, JobKind::DeleteTarget, Some(TargetStatus::Compensating)) => {
                    taken.push(job);
                }
                (Verdict::Defer(until), _, Some(_)) => {
                    put_off(conn, job.id, until).await?;
                    unit.defer(job.target_id, until)?;
                }
                (
                    Verdict::Expire,
                    JobKind::PublishTarget,
                    Some(TargetStatus::Scheduled | TargetStatus::Pending),
                ) => {
                    close(conn, job.id, JobState::Dead).await?;
                    units::load_unsettled(conn, std::slice::from_mut(unit)).await?;
                    unit.expire(job.target_id)?;
                }
                _ => close(conn, job.id, JobState::Done).await?,
            }
        }
        claims.claimed = take(conn, taken, now, request.lease).await?;
        claims.events = units::save_many(conn, units, None).await?;
        Ok(claims)
    })
}

struct Candidates {
    jobs: Vec<Candidate>,
    /// Something due is locked by another node.
    contended: bool,
}

async fn lock_candidates(conn: &mut Conn, now: Timestamp, request: &ClaimRequest) -> QueryResult<Candidates> {
    let (running, earlier) = diesel::alias!(jobs as running, jobs as earlier);
    let due = jobs::table
        .inner_join(post_targets::table.on(post_targets::id.eq(jobs::target_id)))
        .filter(jobs::state.eq(JobState::Queued).and(jobs::run_at.le(now)))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            running
                .filter(running.field(jobs::account_id).eq(jobs::account_id))
                .filter(running.field(jobs::state).eq(JobState::Running)),
        )))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            earlier
                .filter(earlier.field(jobs::account_id).eq(jobs::account_id))
                .filter(earlier.field(jobs::state).eq(JobState::Queued))
                .filter(earlier.field(jobs::run_at).lt(jobs::run_at).or(
                    earlier.field(jobs::run_at).eq(jobs::run_at).and(earlier.field(jobs::id).lt(jobs::id)),
                )),
        )))
        .order((jobs::run_at, jobs::id))
        .limit(request.limit)
        .select((jobs::id, jobs::workspace_id, jobs::account_id, post_targets::post_id));
    let found: Vec<Found> = due.load(conn).await?;
    let count = found.len();
    let found = keep_lockable(conn, found).await?;
    let ids: Vec<JobId> = found.iter().map(|(job, ..)| *job).collect();
    // Looked at again under the lock: another node may have claimed it, or another job of the account, meanwhile.
    let locked = jobs::table
        .filter(jobs::id.eq_any(ids).and(jobs::state.eq(JobState::Queued)))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            running
                .filter(running.field(jobs::account_id).eq(jobs::account_id))
                .filter(running.field(jobs::state).eq(JobState::Running)),
        )))
        .order((jobs::run_at, jobs::id))
        .select(Job::as_select());
    pg_only! { let locked = locked.for_no_key_update().skip_locked(); }
    let rows: Vec<Job> = if found.is_empty() { Vec::new() } else { locked.load(conn).await? };
    let jobs: Vec<Candidate> = rows
        .into_iter()
        .filter_map(|job| {
            let post_id = found.iter().find(|(id, ..)| *id == job.id).map(|(.., post)| *post)?;
            Some(Candidate { job, post_id })
        })
        .collect();
    let contended = jobs.len() < count;
    Ok(Candidates { jobs, contended })
}

/// A job that is due, with what is locked with it.
type Found = (JobId, WorkspaceId, AccountId, PostId);

/// On PostgreSQL: keeps the jobs whose workspace is not being deleted, and whose account and post no other node has
/// locked, and locks these. SQLite's writer is alone.
async fn keep_lockable(conn: &mut Conn, found: Vec<Found>) -> QueryResult<Vec<Found>> {
    let _ = &conn;
    pg_only! {
        let kept = keep_workspaces(conn, found.iter().map(|(_, workspace, ..)| *workspace).collect()).await?;
        let found: Vec<Found> = found.into_iter().filter(|(_, workspace, ..)| kept.contains(workspace)).collect();
        let wanted: Vec<AccountId> = found.iter().map(|(.., account, _)| *account).collect();
        let free: Vec<AccountId> = accounts::table
            .filter(accounts::id.eq_any(wanted))
            .order(accounts::id)
            .select(accounts::id)
            .for_no_key_update()
            .skip_locked()
            .load(conn)
            .await?;
        let found: Vec<_> = found.into_iter().filter(|(.., account, _)| free.contains(account)).collect();
        let wanted: Vec<PostId> = found.iter().map(|(.., post)| *post).collect();
        let free: Vec<PostId> = posts::table
            .filter(posts::id.eq_any(wanted))
            .order(posts::id)
            .select(posts::id)
            .for_no_key_update()
            .skip_locked()
            .load(conn)
            .await?;
        let found: Vec<_> = found.into_iter().filter(|(.., post)| free.contains(post)).collect();
    }
    Ok(found)
}

/// Gives the jobs, which are locked, new tokens in one statement; answers them as they are then, in their order.
async fn take(conn: &mut Conn, taken: Vec<Job>, now: Timestamp, lease: Duration) -> QueryResult<Vec<Claim>> {
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<JobId> = taken.iter().map(|job| job.id).collect();
    let until = lease_time(now).plus(lease);
    diesel::update(jobs::table.filter(jobs::id.eq_any(ids)))
        .set((
            jobs::state.eq(JobState::Running),
            jobs::lease_token.eq(jobs::lease_token + 1),
            jobs::lease_until.eq(Some(until)),
            jobs::budget_taken.eq(true),
        ))
        .execute(conn)
        .await?;
    let running = |job: Job| Job {
        state: JobState::Running,
        lease_token: job.lease_token + 1,
        lease_until: Some(until),
        budget_taken: true,
        ..job
    };
    let claim = |job: Job| Claim {
        lease: Lease { id: job.id, token: job.lease_token + 1, until },
        lateness: now.since(job.run_at),
        job: running(job),
    };
    Ok(taken.into_iter().map(claim).collect())
}

/// Jobs that somebody holds, locked. Never waits for a lock of another transaction: what is locked is left out.
pub(in crate::repo) async fn lock_held(conn: &mut Conn, ids: &[JobId]) -> QueryResult<Vec<Job>> {
    let held = jobs::table
        .filter(jobs::id.eq_any(ids).and(jobs::lease_until.is_not_null()))
        .order(jobs::id)
        .select(Job::as_select());
    pg_only! { let held = held.for_no_key_update().skip_locked(); }
    held.load(conn).await
}

/// The workspaces that are there until the transaction ends, so that rows may refer to them. Never waits for a lock of
/// another transaction: one that is being deleted is left out.
pub(in crate::repo) async fn keep_workspaces(
    conn: &mut Conn,
    ids: BTreeSet<WorkspaceId>,
) -> QueryResult<BTreeSet<WorkspaceId>> {
    let _ = &conn;
    pg_only! {
        if ids.is_empty() {
            return Ok(ids);
        }
        let kept: Vec<WorkspaceId> = workspaces::table
            .filter(workspaces::id.eq_any(ids))
            .select(workspaces::id)
            .for_key_share()
            .skip_locked()
            .load(conn)
            .await?;
        let ids: BTreeSet<WorkspaceId> = kept.into_iter().collect();
    }
    Ok(ids)
}

/// Extends the leases of jobs, which are held and locked, by `lease_for` from the database's present.
pub(in crate::repo) async fn extend_locked(
    conn: &mut Conn,
    ids: &[JobId],
    clock: Timestamp,
    lease_for: Duration,
) -> QueryResult<()> {
    sqlite_only! { let until = Some(lease_time(clock).plus(lease_for)); }
    pg_only! {
        let _ = clock;
        let until = diesel::dsl::sql::<diesel::sql_types::Nullable<Ts>>(
            "clock_timestamp() + make_interval(secs => ",
        )
        .bind::<diesel::sql_types::Double, _>(lease_for.as_secs_f64())
        .sql(")");
    }
    diesel::update(jobs::table.filter(jobs::id.eq_any(ids)))
        .set(jobs::lease_until.eq(until))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends jobs, which are held and locked.
pub(in crate::repo) async fn close_locked(
    conn: &mut Conn,
    ids: &[JobId],
    state: JobState,
) -> QueryResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    diesel::update(jobs::table.filter(jobs::id.eq_any(ids)))
        .set((jobs::state.eq(state), jobs::lease_until.eq(None::<Timestamp>)))
        .execute(conn)
        .await?;
    Ok(())
}

async fn put_off(conn: &mut Conn, id: JobId, until: Timestamp) -> QueryResult<()> {
    diesel::update(jobs::table.find(id)).set(jobs::run_at.eq(until)).execute(conn).await?;
    Ok(())
}

async fn close(conn: &mut Conn, id: JobId, state: JobState) -> QueryResult<()> {
    diesel::update(jobs::table.find(id)).set(jobs::state.eq(state)).execute(conn).await?;
    Ok(())
}

/// A step that was under way when its holder stopped: nothing of it is sent after now. When exactly its lease ended cannot
/// be told where the clock was set meanwhile.
async fn release_steps(conn: &mut Conn, job: &Job, now: Timestamp) -> QueryResult<()> {
    diesel::update(
        publish_steps::table
            .filter(publish_steps::target_id.eq(job.target_id).and(publish_steps::state.eq(StepState::Sent))),
    )
    .set((publish_steps::state.eq(StepState::Unknown), publish_steps::deadline_at.eq(now)))
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the publications of an account that are under way: whoever holds one can write nothing more. Jobs come before
/// their steps, as everywhere: whoever writes a step holds its job.
pub(in crate::repo) async fn end_running(
    conn: &mut Conn,
    account: AccountId,
    clock: Timestamp,
) -> QueryResult<()> {
    let now = now(conn, clock).await?;
    let running = jobs::table
        .filter(jobs::account_id.eq(account).and(jobs::kind.eq(JobKind::PublishTarget)))
        .filter(jobs::state.eq(JobState::Running));
    let ended: Vec<Job> = diesel::update(running)
        .set((
            jobs::state.eq(JobState::Done),
            jobs::lease_until.eq(None::<Timestamp>),
            jobs::lease_token.eq(jobs::lease_token + 1),
        ))
        .returning(Job::as_returning())
        .get_results(conn)
        .await?;
    for job in &ended {
        release_steps(conn, job, now).await?;
    }
    Ok(())
}

/// Puts jobs whose holders are gone back into the queue.
pub async fn retake(conn: &mut Conn, lapsed: Lapsed<JobId>, clock: Timestamp) -> CommandResult<Retaken> {
    tx!(conn, {
        let now = now(conn, clock).await?;
        let running = jobs::table
            .inner_join(post_targets::table.on(post_targets::id.eq(jobs::target_id)))
            .filter(jobs::state.eq(JobState::Running))
            .order(post_targets::post_id)
            .select((Job::as_select(), post_targets::post_id));
        let mut rows: Vec<(Job, PostId)> = match lapsed.ids() {
            Some(ids) => running.filter(jobs::id.eq_any(ids)).load(conn).await?,
            None => running.load(conn).await?,
        };
        rows.retain(|(job, _)| lapsed.takes(job.id, job.lease_token, job.lease_until));
        if rows.is_empty() {
            return Ok(Retaken::default());
        }
        let posts: Vec<PostId> = rows.iter().map(|(_, post)| *post).collect();
        let mut units = units::load_many(conn, &posts, now).await?;
        let mut retaken = Retaken::default();
        for (job, post) in &rows {
            // The token grows too: whoever held the lease can write nothing more.
            let taken = diesel::update(jobs::table.find(job.id))
                .filter(jobs::state.eq(JobState::Running).and(jobs::lease_token.eq(job.lease_token)))
                // Nor has its holder extended it meanwhile.
                .filter(jobs::lease_until.is_null().or(jobs::lease_until.eq(job.lease_until)))
                .set((
                    jobs::state.eq(JobState::Queued),
                    jobs::run_at.eq(now),
                    jobs::lease_until.eq(None::<Timestamp>),
                    jobs::lease_token.eq(jobs::lease_token + 1),
                ))
                .execute(conn)
                .await?;
            if taken == 0 {
                continue;
            }
            retaken.jobs += 1;
            release_steps(conn, job, now).await?;
            if let Some(unit) = units.iter_mut().find(|unit| unit.post.id == *post)
                && unit.target(job.target_id).is_some_and(|target| target.status == TargetStatus::Publishing)
            {
                unit.transition(job.target_id, TargetStatus::Pending, |_| {})?;
            }
        }
        retaken.events = units::save_many(conn, units, None).await?;
        Ok(retaken)
    })
}
