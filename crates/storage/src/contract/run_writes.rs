//! What several runs of publications write at once. The workspace is not a parameter here: a worker works for all of them.

use fanfare_storage::command::run_write::{RunWrite, RunWritten};
use std::time::Duration;

contract! {
    trait RunWrites = run_writes;

    /// Commits writes of runs, at most 1,000; answers what each came to, in their order. `None`: it is not among what was
    /// written, because its lease is not held, or something of it is locked, or it cannot share the transaction with
    /// another of the writes. Its own command tells then. Leases of steps about to be sent are extended by `lease_for`.
    write commit(lease_for: Duration, writes: Vec<RunWrite>) -> Vec<Option<RunWritten>>;
}
