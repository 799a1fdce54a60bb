//! Erasing a user. The row stays, without anything that names them, so that what they did keeps its author; what they
//! wrote in a workspace that remains belongs to the workspace.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::UserId;
use fanfare_storage::command::erased::Erased;

contract! {
    trait Erasure = erasure;

    /// Erases a user, and the workspaces that nobody else belongs to. Refused while they are the only owner of another.
    write erase(user: UserId, now: Timestamp) -> Erased;
}
