//! Looking at the accounts' inboxes. The workspace is not a parameter here: a worker works for all of them.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_storage::rows::{Account, NewInboxMark};
use fanfare_storage::work::inbox::{Found, LookClaims, LookRequest};
use std::time::Duration;

contract! {
    trait InboxLooks = inbox_looks;

    /// Active accounts of these networks that are not looked at yet.
    read unmarked(platforms: &[Platform], limit: i64) -> Vec<(AccountId, WorkspaceId, Platform)>;
    /// Has accounts looked at from now on; one that another node has enrolled meanwhile stays as it is.
    write enrol(marks: Vec<NewInboxMark>) -> ();
    /// Takes due looks. Never waits for a lock that another node holds.
    write claim(request: LookRequest) -> LookClaims;
    /// Stores what a look has found that is new, and where the next one continues from. `None`: nothing was new.
    write receive(lease: Lease<AccountId>, account: Account, found: Found, now: Timestamp) -> Option<Seq>;
    /// A look found nothing out; the account is looked at again at `next_at`.
    write failed(lease: Lease<AccountId>, error: String, next_at: Timestamp, now: Timestamp) -> ();
    /// Extends a held lease by `lease_for` from the database's present.
    write extend(lease: Lease<AccountId>, clock: Timestamp, lease_for: Duration) -> ();
    /// Leases that are overdue, at most `limit`, those first that end first.
    read lapsed(overdue: Overdue, limit: i64, clock: Timestamp) -> Vec<Lease<AccountId>>;
    /// Takes looks from holders that are gone; answers how many.
    write retake(lapsed: Lapsed<AccountId>) -> usize;
}
