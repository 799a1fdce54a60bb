//! Replies on their way: claimed, sent and settled. The workspace is not a parameter here: a worker works for all of
//! them.

use fanfare_domain::clock::Timestamp;
use fanfare_storage::inbox_work::{ReplyClaims, ReplyLease, ReplyOutcome, ReplyRequest, Told};
use std::time::Duration;

contract! {
    trait ReplyQueue = reply_queue;

    /// When the next reply is to be taken up.
    read next_run_at() -> Option<Timestamp>;
    /// Claims due replies: at most one at a time for each account, in the order of their times. Never waits for a lock that
    /// another node holds.
    write claim(request: ReplyRequest) -> ReplyClaims;
    /// Takes replies over whose lease ended before `margin` ago. `everything`: all that are held, for the start of SQLite's
    /// only process. What was under way is to be looked for on the network.
    write requeue_expired(clock: Timestamp, margin: Duration, everything: bool) -> usize;
    /// Extends the lease by `lease_for` from the database's present.
    write heartbeat(lease: ReplyLease, clock: Timestamp, lease_for: Duration) -> ();
    /// Writes that a reply is about to be sent; to be committed before the call. The lease is extended by `lease_for`.
    write sent(lease: ReplyLease, clock: Timestamp, lease_for: Duration) -> ();
    /// Ends a run of a reply: its row, its message and what is told of them, fenced by the lease.
    write finish(lease: ReplyLease, outcome: ReplyOutcome, now: Timestamp) -> Told;
}
