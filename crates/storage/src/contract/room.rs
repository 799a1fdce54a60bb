//! Whether there is room on the disk.

use fanfare_domain::clock::Timestamp;

contract! {
    trait DiskRoom = room;

    /// Writes something, so that a disk that has room again is found out.
    write prove(now: Timestamp) -> ();
}
