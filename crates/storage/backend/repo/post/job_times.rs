//! New times for queued jobs, to each its own.

use crate::Conn;
use crate::repo::update_each::update_each;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{JobId, TargetId};
use fanfare_domain::post::{JobKind, JobState};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::NewJob;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one statement: SQLite takes 32,766 bind variables, a row has 4.
const AT_ONCE: usize = 1_000;

struct JobTimes {
    run_at: Timestamp,
    due_at: Timestamp,
    attempts: i32,
}

update_each!(EachJob: jobs by id JobId = JobTimes { run_at, due_at, attempts });

/// Moves the jobs that are queued for the targets of `wanted`, whose posts are locked, to the times in it; returns which
/// of them there were. As many statements for many times as for one.
pub(super) async fn move_each(
    conn: &mut Conn,
    wanted: &[NewJob],
) -> QueryResult<BTreeSet<(TargetId, JobKind)>> {
    let mut moved = BTreeSet::new();
    for wanted in wanted.chunks(AT_ONCE) {
        let wanted: BTreeMap<(TargetId, JobKind), &NewJob> =
            wanted.iter().map(|job| ((job.target_id, job.kind), job)).collect();
        let targets: Vec<TargetId> = wanted.keys().map(|(target, _)| *target).collect();
        let queued: Vec<(JobId, TargetId, JobKind)> = jobs::table
            .filter(jobs::target_id.eq_any(targets).and(jobs::state.eq(JobState::Queued)))
            .select((jobs::id, jobs::target_id, jobs::kind))
            .load(conn)
            .await?;
        let mut each: Vec<(JobId, JobTimes)> = Vec::with_capacity(queued.len());
        for (id, target, kind) in queued {
            if let Some(job) = wanted.get(&(target, kind)) {
                each.push((id, JobTimes { run_at: job.run_at, due_at: job.due_at, attempts: 0 }));
                moved.insert((target, kind));
            }
        }
        if !each.is_empty() {
            EachJob(&each).execute(conn).await?;
        }
    }
    Ok(moved)
}
