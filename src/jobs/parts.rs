//! Work that is done in parts and could not be gone on with.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::retry::backoff;
use std::time::Duration;

const BASE: Duration = Duration::from_secs(2);
const CAP: Duration = Duration::from_mins(5);

/// When it is tried again. `attempts`: claims since something was done.
pub fn again_at(now: Timestamp, attempts: i32) -> Timestamp {
    now.plus(backoff(u32::try_from(attempts).unwrap_or(1), BASE, CAP, rand::random(), None))
}
