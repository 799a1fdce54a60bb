//! The end of a person. His row stays, without anything that names him, so that what he did keeps its author; what he
//! wrote in a workspace that goes on belongs to the workspace.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::UserId;
use fanfare_storage::command::erased::Erased;

contract! {
    trait Erasure = erasure;

    /// Erases a person, and the workspaces that nobody else belongs to. Refused while he is the only owner of another.
    write erase(user: UserId, now: Timestamp) -> Erased;
}
