//! Media that posts name by their addresses: asked for with the post, fetched under a lease.
//!
//! Whoever writes here holds the lock of the post first, then that of the fetch.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{MediaFetchId, PostId, WorkspaceId};
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_storage::rows::{MediaFetch, NewMedia};
use fanfare_storage::work::media_fetch::{ClaimedFetch, FetchFailure};
use std::time::Duration;

contract! {
    trait MediaFetches = media_fetches;

    /// The media that posts name by their addresses, in their order.
    read of_posts(workspace: WorkspaceId, posts: &[PostId]) -> Vec<MediaFetch>;
    /// Claims the fetches that are due longest, of workspaces that have not many under way.
    write claim(clock: Timestamp, limit: i64, lease_for: Duration) -> Vec<ClaimedFetch>;
    /// Extends a held lease by `lease_for` from the database's present.
    write extend(lease: Lease<MediaFetchId>, clock: Timestamp, lease_for: Duration) -> ();
    /// Leases that are overdue, at most `limit`, those first that end first.
    read lapsed(overdue: Overdue, limit: i64, clock: Timestamp) -> Vec<Lease<MediaFetchId>>;
    /// Takes fetches from holders that are gone; answers how many.
    write retake(lapsed: Lapsed<MediaFetchId>) -> usize;
    /// Gives a claim back that came to no end here; it is taken up again at `at`. `counted`: it was an attempt.
    write give_back(lease: Lease<MediaFetchId>, at: Timestamp, counted: bool, clock: Timestamp) -> ();
    /// Stores a medium whose file is registered and in place, attaches it to its post, and lets the post's targets go once
    /// nothing more is to come. A lease that is no longer held writes nothing, and the file stays registered.
    write finish(fetch: MediaFetch, lease: Lease<MediaFetchId>, new: NewMedia, now: Timestamp) -> Seq;
    /// Notes that a fetch came to nothing, for now or for good.
    write fail(fetch: MediaFetch, lease: Lease<MediaFetchId>, failure: FetchFailure, now: Timestamp) -> Option<Seq>;
}
