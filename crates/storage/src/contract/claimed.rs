//! What claimed jobs need, read at once for all of them. The workspace is not a parameter here: a worker works for all
//! of them.

use fanfare_storage::command::claim::JobRows;
use fanfare_storage::rows::Job;

contract! {
    trait Claimed = claimed;

    /// The rows behind jobs, in the order of the jobs. A job without a target has none: it was deleted meanwhile.
    read rows(jobs: Vec<Job>) -> Vec<JobRows>;
}
