//! What the fetcher of media and the database say to each other, the same for both databases.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::MediaFetchId;
use std::time::Duration;

/// A claim of a fetch: only who holds it can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchLease {
    pub id: MediaFetchId,
    pub token: i64,
    /// From each sign of life on.
    pub lease_for: Duration,
}

/// How a fetch came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchFailure {
    /// It is tried again at a time.
    Again { at: Timestamp, words: String },
    /// It is given up.
    Final { words: String },
}
