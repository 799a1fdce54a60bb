//! Work that is done in parts: each part is one transaction, with the place where the next begins. The same for both
//! databases.

use std::time::Duration;

/// A claim of such work: only who holds it can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartLease<I> {
    pub id: I,
    pub token: i64,
    /// From each write on.
    pub lease_for: Duration,
}
