//! What the fetcher of media and the database say to each other, the same for both databases.

use crate::rows::MediaFetch;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::MediaFetchId;
use fanfare_domain::work::Lease;
use std::time::Duration;

/// A fetch that the asking worker holds.
#[derive(Clone, Debug)]
pub struct ClaimedFetch {
    pub fetch: MediaFetch,
    pub lease: Lease<MediaFetchId>,
    /// How long after its time it was claimed.
    pub lateness: Duration,
}

/// How a fetch came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchFailure {
    /// It is tried again at a time.
    Again { at: Timestamp, words: String },
    /// It is given up.
    Final { words: String },
}
