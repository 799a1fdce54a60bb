//! Instagram's way to write a time.

use chrono::DateTime;
use fanfare_domain::clock::Timestamp;

/// `2026-11-22T12:00:00+0000`, or RFC 3339.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let time = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z");
    time.or_else(|_| DateTime::parse_from_rfc3339(text)).ok().map(|time| Timestamp::new(time.to_utc()))
}
