//! Invitations into workspaces. The token's hash names the invitation, so that accepting one names no workspace.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{InvitationId, WorkspaceId};
use fanfare_storage::page::Window;
use fanfare_storage::rows::{Invitation, InvitationPreview, Member, NewInvitation};

contract! {
    trait Invitations = invitations;

    /// Stores an invitation. Whether a user has its e-mail address makes no difference.
    write create(new: NewInvitation, actor: EventActor) -> (Invitation, Seq);
    /// Revokes a pending invitation.
    write revoke(workspace: WorkspaceId, id: InvitationId, actor: EventActor, now: Timestamp) -> (Invitation, Seq);
    /// Makes the actor a member, or raises the role of one. Refused where the actor belongs to `most` workspaces.
    write accept(token_hash: String, actor: EventActor, most: Option<i64>, now: Timestamp) -> (Member, Seq);
    /// What the link of a pending invitation shows; `None`: there is none.
    read preview(token_hash: &str, now: Timestamp) -> Option<InvitationPreview>;
    /// Invitations by id, pending or not; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[InvitationId]) -> Vec<Invitation>;
    /// A window of the pending invitations, newest first.
    read page(workspace: WorkspaceId, now: Timestamp, window: &Window) -> Vec<Invitation>;
    /// How many invitations are pending.
    read count(workspace: WorkspaceId, now: Timestamp) -> i64;
}
