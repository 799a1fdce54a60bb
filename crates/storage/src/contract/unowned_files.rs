//! Files of the media store without a media row: those on their way into it, and those to be deleted.
//!
//! A file is registered before it is written, and the transaction that stores its media row takes the registration away.
//! Only a file that is registered here is deleted, after its media row can no longer be stored. So no kill leaves a file
//! that nobody deletes, and a commit whose answer was lost keeps its file.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{UnownedFileId, WorkspaceId};
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_storage::rows::NewUnownedFile;
use fanfare_storage::work::unowned_file::ClaimedFile;
use std::time::Duration;

contract! {
    trait UnownedFiles = unowned_files;

    /// Registers a file that is about to be written; refused where the workspace may store `most` bytes and has less
    /// left. It is deleted from `delete_at` on, unless its media row is stored before.
    write register(new: NewUnownedFile, most: Option<i64>, now: Timestamp) -> ();
    /// Has a file deleted that was registered. `false`: its media row is there, or a worker is deleting it. `true`: its
    /// media row cannot be stored any more.
    write abandon(workspace: WorkspaceId, storage_key: &str, clock: Timestamp) -> bool;
    /// Claims the files whose time came first, at most `limit`.
    write claim(clock: Timestamp, limit: i64, lease_for: Duration) -> Vec<ClaimedFile>;
    /// Extends a held lease by `lease_for` from the database's present.
    write extend(lease: Lease<UnownedFileId>, clock: Timestamp, lease_for: Duration) -> ();
    /// Leases that are overdue, at most `limit`, those first that end first.
    read lapsed(overdue: Overdue, limit: i64, clock: Timestamp) -> Vec<Lease<UnownedFileId>>;
    /// Takes files from holders that are gone; answers how many.
    write retake(lapsed: Lapsed<UnownedFileId>) -> usize;
    /// Releases a claim; the file is due again at `at`. `counted`: whether this was an attempt.
    write give_back(lease: Lease<UnownedFileId>, at: Timestamp, counted: bool, clock: Timestamp) -> ();
    /// Ends a claim: the file is deleted.
    write forget(lease: Lease<UnownedFileId>) -> ();
}
