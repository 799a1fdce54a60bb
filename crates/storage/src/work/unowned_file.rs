//! What the remover of files and the database say to each other, the same for both databases.

use fanfare_domain::id::UnownedFileId;
use fanfare_domain::work::Lease;
use std::time::Duration;

/// A file to delete that the asking worker holds. It can get no media row any more.
#[derive(Clone, Debug)]
pub struct ClaimedFile {
    pub lease: Lease<UnownedFileId>,
    pub storage_key: String,
    /// Claims so far.
    pub attempts: i32,
    /// How long after its time it was claimed.
    pub lateness: Duration,
}
