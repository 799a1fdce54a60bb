//! What workspaces use of the server.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::quota::WorkspaceUsage;
use fanfare_storage::rows::NewStorageReservation;

contract! {
    trait Usage = usage;

    /// Reserves room for a file that is on its way into the store; refused where the workspace may store `most` bytes and
    /// has less left.
    write reserve_storage(new: NewStorageReservation, most: i64, now: Timestamp) -> ();
    /// Ends a reservation: the file's media row is there, or the file is not.
    write release_storage(workspace: WorkspaceId, storage_key: &str) -> ();
    /// What a workspace uses.
    read of_workspace(workspace: WorkspaceId, now: Timestamp) -> WorkspaceUsage;
}
