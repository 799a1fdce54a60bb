//! Looking at the accounts' inboxes. The workspace is not a parameter here: a worker works for all of them.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_storage::inbox_work::{Found, Look, LookLease, LookRequest};
use fanfare_storage::rows::{Account, NewInboxMark};

contract! {
    trait InboxLooks = inbox_looks;

    /// Active accounts of these networks that are not looked at yet.
    read unmarked(platforms: &[Platform], limit: i64) -> Vec<(AccountId, WorkspaceId, Platform)>;
    /// Has accounts looked at from now on; one that another node has enrolled meanwhile stays as it is.
    write enrol(marks: Vec<NewInboxMark>) -> ();
    /// Gives all looks back, for the start of SQLite's only process.
    write release_all() -> ();
    /// When the next account is to be looked at.
    read next_look_at() -> Option<Timestamp>;
    /// Takes due looks. Never waits for a lock that another node holds.
    write claim(request: LookRequest) -> Vec<Look>;
    /// Stores what a look has found that is new, and where the next one goes on from. `None`: nothing was new.
    write receive(lease: LookLease, account: Account, found: Found, now: Timestamp) -> Option<Seq>;
    /// A look found nothing out; the account is looked at again at `next_at`.
    write failed(lease: LookLease, error: String, next_at: Timestamp, now: Timestamp) -> ();
}
