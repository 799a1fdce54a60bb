//! The end of a job's run: ledger, target, post, saga, job and events in one transaction, fenced by the lease.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{PostId, WorkspaceId};
use fanfare_domain::post::Outcome;
use fanfare_storage::claim::Lease;
use fanfare_storage::outcome::Settlement;

contract! {
    trait Outcomes = outcomes;

    /// Ends a run; answers the workspace and its newest event.
    write finish(
        lease: Lease,
        post: PostId,
        settlement: Option<Settlement>,
        outcome: Outcome,
        clock: Timestamp,
    ) -> (WorkspaceId, Seq);
}
