//! Claiming work. The workspace is not a parameter here: a worker works for all of them.

use fanfare_domain::clock::Timestamp;
use fanfare_storage::claim::{ClaimRequest, Claims};

contract! {
    trait Jobs = jobs;

    /// Claims due jobs: at most one at a time for each account, in the order of their times. Never waits for a lock that
    /// another node holds: what is locked is left for the next look.
    write claim(request: ClaimRequest) -> Claims;
    /// When the next queued job is due.
    read next_run_at() -> Option<Timestamp>;
    /// How many jobs are due or running: the depth of the queue.
    read depth(clock: Timestamp) -> i64;
    /// Puts jobs whose lease ended before `margin` ago back into the queue. `everything`: all running ones, for the start
    /// of SQLite's only process.
    write requeue_expired(clock: Timestamp, margin: std::time::Duration, everything: bool) -> Claims;
}
