//! The end of a job's run: ledger, target, post, saga, job and events in one transaction, fenced by the lease.

use crate::Conn;
use crate::repo::{jobs as repo, ledger, units};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{JobId, PostId, WorkspaceId};
use fanfare_domain::post::{JobState, Outcome};
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
        if let Some(settlement) = settlement {
            ledger::write(conn, settlement, clock).await?;
        }
        unit.apply(job.target_id, outcome)?;
        let workspace = unit.post.workspace_id;
        Ok((workspace, units::save(conn, unit, None).await?))
    })
}

/// The outcome with its wait counted from the database's present.
async fn by_present(conn: &mut Conn, outcome: Outcome, clock: Timestamp) -> QueryResult<Outcome> {
    Ok(match outcome {
        Outcome::Again { at, counted, charge_again, error } => {
            let at = repo::by_present(conn, at, clock).await?;
            Outcome::Again { at, counted, charge_again, error }
        }
        outcome => outcome,
    })
}

/// Gives the job back. A job that is not held any more changes nothing: the transaction ends.
async fn release(conn: &mut Conn, lease: Lease<JobId>, outcome: &Outcome) -> CommandResult<Job> {
    let held = repo::held(lease);
    let job: Option<Job> = match outcome {
        Outcome::Again { at, counted, charge_again, error } => diesel::update(held)
            .set((
                jobs::state.eq(JobState::Queued),
                jobs::run_at.eq(*at),
                jobs::lease_until.eq(None::<Timestamp>),
                jobs::attempts.eq(jobs::attempts + i32::from(*counted)),
                jobs::last_error.eq(error.as_ref().map(|(_, message)| message.clone())),
                jobs::budget_taken.eq(!*charge_again),
            ))
            .returning(Job::as_returning())
            .get_result(conn)
            .await
            .optional()?,
        Outcome::Published { .. } | Outcome::Deleted => settle(conn, lease, JobState::Done).await?,
        Outcome::Failed { .. } | Outcome::NeedsReview { .. } => settle(conn, lease, JobState::Dead).await?,
    };
    job.ok_or(CommandError::Fenced)
}

async fn settle(conn: &mut Conn, lease: Lease<JobId>, state: JobState) -> QueryResult<Option<Job>> {
    diesel::update(repo::held(lease))
        .set((jobs::state.eq(state), jobs::lease_until.eq(None::<Timestamp>)))
        .returning(Job::as_returning())
        .get_result(conn)
        .await
        .optional()
}
