use crate::schema::invitations;
use diesel::prelude::*;
use fanfare_domain::actor::Role;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{InvitationId, UserId, WorkspaceId};
use fanfare_domain::invitation::{InvitationStatus, InvitationTimes};

/// An invitation into a workspace, without its token.
#[derive(Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    pub id: InvitationId,
    pub workspace_id: WorkspaceId,
    pub role: Role,
    /// Where only the user of this address may accept it.
    pub email: Option<String>,
    /// `email` in the form that is compared with a user's.
    pub email_key: Option<String>,
    pub invited_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl Invitation {
    pub fn status(&self, now: Timestamp) -> InvitationStatus {
        let (expires_at, accepted_at, revoked_at) = (self.expires_at, self.accepted_at, self.revoked_at);
        InvitationTimes { expires_at, accepted_at, revoked_at }.status(now)
    }
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What whoever has the link sees of an invitation before accepting it.
#[derive(Clone, Debug)]
pub struct InvitationPreview {
    pub workspace_name: String,
    pub role: Role,
    pub expires_at: Timestamp,
}

/// An invitation about to be stored.
#[derive(Clone, Insertable)]
#[diesel(table_name = invitations)]
pub struct NewInvitation {
    pub workspace_id: WorkspaceId,
    pub token_hash: String,
    pub role: Role,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub invited_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}
