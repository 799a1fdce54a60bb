//! Work that is done in parts: each part is one transaction, with the place where the next begins. The same for both
//! databases.

use fanfare_domain::work::Lease;
use std::time::Duration;

/// Such work that the asking worker holds.
#[derive(Clone, Debug)]
pub struct ClaimedParts<R, I> {
    pub row: R,
    pub lease: Lease<I>,
    /// How often it was claimed since a part of it was done.
    pub attempts: i32,
    /// How long after its time it was claimed.
    pub lateness: Duration,
}
