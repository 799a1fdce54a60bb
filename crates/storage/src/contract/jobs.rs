//! Claiming work. The workspace is not a parameter here: a worker works for all of them.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::JobId;
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_storage::command::claim::{ClaimRequest, Claims, Retaken};
use std::time::Duration;

contract! {
    trait Jobs = jobs;

    /// Claims due jobs: at most one at a time for each account, in the order of their times. Never waits for a lock that
    /// another node holds: what is locked is left for the next look.
    write claim(request: ClaimRequest) -> Claims;
    /// Extends a held lease by `lease_for` from the database's present.
    write extend(lease: Lease<JobId>, clock: Timestamp, lease_for: Duration) -> ();
    /// Leases that are overdue, at most `limit`, those first that end first.
    read lapsed(overdue: Overdue, limit: i64, clock: Timestamp) -> Vec<Lease<JobId>>;
    /// Puts jobs whose holders are gone back into the queue.
    write retake(lapsed: Lapsed<JobId>, clock: Timestamp) -> Retaken;
}
