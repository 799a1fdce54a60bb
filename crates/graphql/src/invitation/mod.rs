//! Invitations into workspaces.

mod mutation;
mod object;

pub use mutation::InvitationMutation;
pub use object::{Invitation, InvitationConnection, InvitationQuery};
