//! Which accounts' networks are to be asked for numbers, and by whom. The workspace is not a parameter where a worker
//! looks for work: it works for all of them.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_storage::command::measured::{DueTarget, Unmeasured, Visit, VisitEnd};
use fanfare_storage::rows::Workspace;
use std::time::Duration;

contract! {
    trait MetricsQueue = metrics_queue;

    /// Accounts and publications without a row, at most `limit` of each.
    read unmeasured(limit: i64) -> Unmeasured;
    /// Gives them their rows: accounts are looked at now, publications at `first_look`.
    write enrol(new: Unmeasured, now: Timestamp, first_look: Timestamp) -> ();
    /// Claims due visits, the longest due first. Never waits for a lock that another node holds.
    write claim(limit: i64, lease_for: Duration, clock: Timestamp) -> Vec<Visit>;
    /// Gives a visit back, and says when the next one is.
    write end_visit(lease: Lease<AccountId>, end: VisitEnd, clock: Timestamp) -> ();
    /// Extends a held lease by `lease_for` from the database's present.
    write extend(lease: Lease<AccountId>, clock: Timestamp, lease_for: Duration) -> ();
    /// Leases that are overdue, at most `limit`, those first that end first.
    read lapsed(overdue: Overdue, limit: i64, clock: Timestamp) -> Vec<Lease<AccountId>>;
    /// Takes visits from holders that are gone; answers how many.
    write retake(lapsed: Lapsed<AccountId>) -> usize;
    /// Whether something is being published by the account, or is to be until `soon`.
    read is_publishing(workspace: WorkspaceId, account: AccountId, soon: Timestamp) -> bool;
    /// The publications of an account whose numbers are due, the longest due first.
    read due_targets(
        workspace: WorkspaceId,
        account: AccountId,
        now: Timestamp,
        limit: i64,
    ) -> Vec<DueTarget>;
    /// What is due but cannot be asked for (deleted on the network, or without an id there) is left alone from now on.
    write retire(workspace: WorkspaceId, lease: Lease<AccountId>, now: Timestamp, asked: Vec<TargetId>) -> ();
    /// The numbers of a post's publications are asked for at once. Answers how many publications that are.
    write refresh(workspace: WorkspaceId, post: PostId, now: Timestamp) -> usize;
    /// The workspace of a visit, for its time zone.
    read workspace(id: WorkspaceId) -> Workspace;
}
