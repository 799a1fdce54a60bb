//! What claimed jobs need, read at once for all of them. The workspace is not a parameter here: a worker works for all
//! of them.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, TargetId, WorkspaceId};
use fanfare_storage::command::claim::JobRows;
use fanfare_storage::rows::Job;

contract! {
    trait Claimed = claimed;

    /// The rows behind jobs, in the order of the jobs. A job without a target has none: it was deleted meanwhile.
    read rows(jobs: Vec<Job>) -> Vec<JobRows>;
    /// The latest 50 publications on an account, other than `but`, whose outcome is open, and whose call was not yet over
    /// at `since`, or not at `network_since` by the network's clock.
    read open_publications(
        workspace: WorkspaceId,
        account: AccountId,
        but: TargetId,
        since: Timestamp,
        network_since: Option<Timestamp>,
    ) -> Vec<JobRows>;
}
