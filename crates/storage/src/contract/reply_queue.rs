//! Replies on their way: claimed, sent and settled. The workspace is not a parameter here: a worker works for all of
//! them.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::InboxReplyId;
use fanfare_domain::read_back::Sent;
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_storage::work::inbox::{ReplyClaims, ReplyOutcome, ReplyRequest, Told};
use std::time::Duration;

contract! {
    trait ReplyQueue = reply_queue;

    /// Claims due replies: at most one at a time for each account, in the order of their times. Never waits for a lock that
    /// another node holds.
    write claim(request: ReplyRequest) -> ReplyClaims;
    /// Leases that are overdue, at most `limit`, those first that end first.
    read lapsed(overdue: Overdue, limit: i64, clock: Timestamp) -> Vec<Lease<InboxReplyId>>;
    /// Takes replies from holders that are gone; answers how many. What was under way is to be looked for on the network.
    write retake(lapsed: Lapsed<InboxReplyId>, clock: Timestamp) -> usize;
    /// Extends a held lease by `lease_for` from the database's present.
    write extend(lease: Lease<InboxReplyId>, clock: Timestamp, lease_for: Duration) -> ();
    /// Writes that a reply is about to be sent; to be committed before the call. The lease is extended by `lease_for`.
    /// `network`: the call by the network's clock.
    write sent(
        lease: Lease<InboxReplyId>,
        network: Option<Sent>,
        clock: Timestamp,
        lease_for: Duration,
    ) -> ();
    /// Ends a run of a reply: its row, its message and what is told of them, fenced by the lease.
    write finish(lease: Lease<InboxReplyId>, outcome: ReplyOutcome, now: Timestamp) -> Told;
}
