//! Who belongs to a workspace, and as what.

use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_storage::page::Window;
use fanfare_storage::rows::Member;

contract! {
    trait Members = members;

    /// A window of the members, the longest-standing first.
    read page(workspace: WorkspaceId, window: &Window) -> Vec<Member>;
    /// Members by the ids of their users.
    read by_ids(workspace: WorkspaceId, users: &[UserId]) -> Vec<Member>;
    /// How many members a workspace has.
    read count(workspace: WorkspaceId) -> i64;
    /// One member; `None`: the user is none.
    read of(workspace: WorkspaceId, user: UserId) -> Option<Member>;
    /// Changes a member's role, of a membership of the expected revision.
    write set_role(
        place: (WorkspaceId, UserId),
        expected: ExpectedRevision,
        role: Role,
        actor: EventActor,
        now: Timestamp,
    ) -> (Member, Seq);
    /// Removes a user from a workspace; members may remove themselves.
    write remove(workspace: WorkspaceId, user: UserId, actor: EventActor, now: Timestamp) -> Seq;
}
