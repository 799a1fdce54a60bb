//! The ledger of what was sent to the networks. Every write is fenced by the job's lease.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{JobId, StepId, TargetId, WorkspaceId};
use fanfare_domain::work::Lease;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::rows::{NewStep, ShownStep};
use std::time::Duration;

contract! {
    trait Ledger = ledger;

    /// Writes that a step is about to be sent, and how the one before it went; to be committed before the call. The lease is
    /// extended by `lease_for`.
    write sent(
        lease: Lease<JobId>,
        lease_for: Duration,
        step: NewStep,
        settlement: Option<Settlement>,
    ) -> StepId;
    /// Writes that a step is being sent once more under its row. `network_ended_at`: by when that has ended.
    write resent(
        lease: Lease<JobId>,
        lease_for: Duration,
        step: StepId,
        network_ended_at: Option<Timestamp>,
        clock: Timestamp,
    ) -> ();
    /// What was prepared on the network is gone: the steps without a public effect are to be taken again.
    write discard_preparation(lease: Lease<JobId>, target: TargetId) -> ();
    /// Writes how a step went.
    write settle(lease: Lease<JobId>, settlement: Settlement, at: Timestamp) -> ();
    /// The ledgers of targets, oldest step first.
    read of_targets(workspace: WorkspaceId, targets: &[TargetId]) -> Vec<ShownStep>;
}
