//! Invitations into workspaces.

mod invitations;

pub use fanfare_auth::InvitationToken;
pub use fanfare_domain::invitation::InvitationStatus;
pub use fanfare_storage::rows::{Invitation, InvitationPreview};
pub use invitations::{Invitations, MadeInvitation, Pending};
