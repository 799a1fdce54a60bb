//! The end of a job's run: ledger, target, post, saga, job and events in one transaction, fenced by the lease.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{JobId, PostId, WorkspaceId};
use fanfare_domain::post::Outcome;
use fanfare_domain::work::Lease;
use fanfare_storage::command::outcome::Settlement;

contract! {
    trait Outcomes = outcomes;

    /// Ends a run; answers the workspace and its newest event.
    write finish(
        lease: Lease<JobId>,
        post: PostId,
        settlement: Option<Settlement>,
        outcome: Outcome,
        clock: Timestamp,
    ) -> (WorkspaceId, Seq);
}
