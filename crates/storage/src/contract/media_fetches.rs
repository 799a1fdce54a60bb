//! Media that posts name by their addresses: asked for with the post, fetched under a lease.
//!
//! Whoever writes here holds the lock of the post first, then that of the fetch.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{PostId, WorkspaceId};
use fanfare_storage::media_fetch_work::{FetchFailure, FetchLease};
use fanfare_storage::rows::{MediaFetch, NewMedia};
use std::time::Duration;

contract! {
    trait MediaFetches = media_fetches;

    /// The media that posts name by their addresses, in their order.
    read of_posts(workspace: WorkspaceId, posts: &[PostId]) -> Vec<MediaFetch>;
    /// Takes the fetch that is due longest, of a workspace that has not many under way.
    write claim(clock: Timestamp, lease: Duration) -> Option<MediaFetch>;
    /// A sign of life of who holds the lease.
    write extend(lease: FetchLease, clock: Timestamp) -> ();
    /// Gives a claim back as if it had not been taken, for another worker to take at once.
    write release(lease: FetchLease) -> ();
    /// Gives all claims back, for the start of SQLite's only process.
    write release_all() -> ();
    /// Stores a medium whose file is in place, attaches it to its post, and lets the post's targets go once nothing more is
    /// to come. A lease that is no longer held writes nothing, and the file is no row's.
    write finish(fetch: MediaFetch, lease: FetchLease, new: NewMedia, now: Timestamp) -> Seq;
    /// Notes that a fetch came to nothing, for now or for good.
    write fail(fetch: MediaFetch, lease: FetchLease, failure: FetchFailure, now: Timestamp) -> Option<Seq>;
}
