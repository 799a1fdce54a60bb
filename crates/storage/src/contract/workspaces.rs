//! Workspaces, as those who belong to them see them.

use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::quota::WorkspaceQuota;
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::Window;
use fanfare_storage::rows::{NewWorkspace, OwnWorkspace, Workspace};

contract! {
    trait Workspaces = workspaces;

    /// Stores a workspace that the actor owns. Refused where they belong to, or own, too many. Under a known key the first
    /// result is answered again.
    write create(
        new: NewWorkspace,
        actor: EventActor,
        quota: WorkspaceQuota,
        key: Option<KeyedInput>,
        now: Timestamp,
    ) -> (Workspace, Seq);
    /// A person's role in a workspace; `None`: not a member.
    read role_of(workspace: WorkspaceId, user: UserId) -> Option<Role>;
    /// The workspace that a user's sessions begin in: the one they have belonged to for longest. `None`: they belong to
    /// none.
    read default_of(user: UserId) -> Option<Workspace>;
    /// A window of the workspaces of a person, the default one first; `only`: no other than this one.
    read of_user(user: UserId, only: Option<WorkspaceId>, window: &Window) -> Vec<OwnWorkspace>;
    /// How many workspaces a person belongs to; `only`: no other than this one is counted.
    read count_of_user(user: UserId, only: Option<WorkspaceId>) -> i64;
    /// Workspaces by id; the caller has looked at who may see them.
    read by_ids(ids: &[WorkspaceId]) -> Vec<Workspace>;
}
