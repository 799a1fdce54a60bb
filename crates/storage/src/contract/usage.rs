//! What workspaces use of the server.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::quota::WorkspaceUsage;

contract! {
    trait Usage = usage;

    /// What a workspace uses.
    read of_workspace(workspace: WorkspaceId, now: Timestamp) -> WorkspaceUsage;
}
