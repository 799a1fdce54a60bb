//! The end of a job's run: ledger, target, post, saga, job and events in one transaction, fenced by the lease.

use crate::Conn;
use crate::repo::{jobs as repo, ledger, units};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{JobId, PostId, WorkspaceId};
use fanfare_domain::post::{JobState, Outcome, TargetErrorCode};
use fanfare_domain::work::Lease;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Job;

/// Ends a run; answers the workspace and its newest event.
pub async fn finish(
    conn: &mut Conn,
    lease: Lease<JobId>,
    post: PostId,
    settlement: Option<Settlement>,
    outcome: Outcome,
    clock: Timestamp,
) -> CommandResult<(WorkspaceId, Seq)> {
    tx!(conn, {
        let mut units = units::load_many(conn, &[post], clock).await?;
        let mut unit = units.pop().ok_or(CommandError::NotFound)?;
        let outcome = by_present(conn, outcome, clock).await?;
        let job = release(conn, lease, &outcome).await?;
        if matches!(outcome, Outcome::Again { error: Some((TargetErrorCode::Auth, _)), .. }) {
            look_for_reconnection(conn, &job, clock).await?;
        }
        if let Some(settlement) = settlement {
            ledger::write(conn, settlement, clock).await?;
        }
        unit.apply(job.target_id, outcome)?;
        let workspace = unit.post.workspace_id;
        Ok((workspace, units::save(conn, unit, None).await?))
    })
}

/// The outcome with its wait counted from the database's present.
pub(in crate::repo) async fn by_present(
    conn: &mut Conn,
    outcome: Outcome,
    clock: Timestamp,
) -> QueryResult<Outcome> {
    Ok(match outcome {
        Outcome::Again { at, counted, error } => {
            let at = repo::by_present(conn, at, clock).await?;
            Outcome::Again { at, counted, error }
        }
        outcome => outcome,
    })
}

/// Gives the job back. A job that is not held any more changes nothing: the transaction ends.
pub(in crate::repo) async fn release(
    conn: &mut Conn,
    lease: Lease<JobId>,
    outcome: &Outcome,
) -> CommandResult<Job> {
    let held = repo::held(lease);
    let job: Option<Job> = match outcome {
        Outcome::Again { at, counted, error } => diesel::update(held)
            .set((
                jobs::state.eq(JobState::Queued),
                jobs::run_at.eq(*at),
                jobs::lease_until.eq(None::<Timestamp>),
                jobs::attempts.eq(jobs::attempts + i32::from(*counted)),
                jobs::last_error.eq(error.as_ref().map(|(_, message)| message.clone())),
            ))
            .returning(Job::as_returning())
            .get_result(conn)
            .await
            .optional()?,
        ended => settle(conn, lease, ended.job_state()).await?,
    };
    job.ok_or(CommandError::Fenced)
}

/// The account may have been connected again since the network refused it: the next run is due at once then. One that is
/// being connected finds the job queued.
async fn look_for_reconnection(conn: &mut Conn, job: &Job, clock: Timestamp) -> QueryResult<()> {
    let account = accounts::table.filter(accounts::id.eq(job.account_id)).select(accounts::status);
    pg_only! { let account = account.for_no_key_update(); }
    let status: AccountStatus = account.first(conn).await?;
    if status == AccountStatus::Active {
        let now = repo::now(conn, clock).await?;
        diesel::update(jobs::table.find(job.id)).set(jobs::run_at.eq(now)).execute(conn).await?;
    }
    Ok(())
}

async fn settle(conn: &mut Conn, lease: Lease<JobId>, state: JobState) -> QueryResult<Option<Job>> {
    diesel::update(repo::held(lease))
        .set((jobs::state.eq(state), jobs::lease_until.eq(None::<Timestamp>)))
        .returning(Job::as_returning())
        .get_result(conn)
        .await
        .optional()
}
