//! Invitations into a workspace: nobody becomes a member, or an owner, without accepting one.

use super::actor::Role;
use super::clock::Timestamp;
use super::user_error::{UserError, UserErrorCode};

/// The pending invitations that a workspace may have at a time.
pub const MOST_PENDING: i64 = 200;

text_enum! {
    /// Whether an invitation can be accepted.
    InvitationStatus {
        /// It can be accepted.
        Pending = "pending",
        /// A user accepted it; it cannot be used again.
        Accepted = "accepted",
        /// A member revoked it.
        Revoked = "revoked",
        /// Nobody accepted it in time.
        Expired = "expired",
    }
}

/// What decides on an invitation's status.
#[derive(Clone, Copy, Debug)]
pub struct InvitationTimes {
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl InvitationTimes {
    pub fn status(&self, now: Timestamp) -> InvitationStatus {
        if self.accepted_at.is_some() {
            InvitationStatus::Accepted
        } else if self.revoked_at.is_some() {
            InvitationStatus::Revoked
        } else if self.expires_at <= now {
            InvitationStatus::Expired
        } else {
            InvitationStatus::Pending
        }
    }
}

/// Whether a member of the role `by` may invite someone as `invited`: only owners invite owners.
pub fn may_invite(by: Role, invited: Role) -> bool {
    by.covers(if invited == Role::Owner { Role::Owner } else { Role::Admin })
}

/// The role of someone who accepts an invitation as `invited`. `member`: the role in the workspace so far; `None`: no
/// member. Accepting never lowers a role.
pub fn role_by_acceptance(member: Option<Role>, invited: Role) -> Result<Role, UserError> {
    match member {
        Some(role) if role.covers(invited) => {
            let words = format!("You belong to this workspace already, as {role}.");
            Err(UserError::new(UserErrorCode::MemberExists, "token", words))
        }
        _ => Ok(invited),
    }
}

/// Why an invitation cannot be accepted. `field`: the input's that holds the token.
pub fn refusal(status: InvitationStatus, field: &str) -> UserError {
    let words = match status {
        InvitationStatus::Accepted => "The invitation was used already; ask for a new one.",
        InvitationStatus::Revoked => "The invitation was revoked; ask for a new one.",
        InvitationStatus::Expired => "The invitation has expired; ask for a new one.",
        InvitationStatus::Pending => "The invitation is not valid; ask for a new one.",
    };
    UserError::new(UserErrorCode::InvitationInvalid, field, words)
}

/// The invitation is bound to an e-mail address, and whoever accepts it has another. The message does not say which.
pub fn for_another(field: &str) -> UserError {
    let words = "The invitation is for another e-mail address. Sign in with the address that it was made for, or ask \
                 for a new one.";
    UserError::new(UserErrorCode::InvitationForAnother, field, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_invitation_is_pending_until_it_is_accepted_or_revoked_or_expires() {
        let now = Timestamp::from_micros(1_000_000_000).unwrap();
        let pending = InvitationTimes {
            expires_at: now.plus(Duration::from_micros(1)),
            accepted_at: None,
            revoked_at: None,
        };
        assert_eq!(pending.status(now), InvitationStatus::Pending);
        assert_eq!(pending.status(pending.expires_at), InvitationStatus::Expired);
        let revoked = InvitationTimes { revoked_at: Some(now), ..pending };
        assert_eq!(revoked.status(pending.expires_at), InvitationStatus::Revoked);
        let accepted = InvitationTimes { accepted_at: Some(now), ..pending };
        assert_eq!(accepted.status(pending.expires_at), InvitationStatus::Accepted);
    }

    #[test]
    fn only_owners_invite_owners_and_only_admins_invite_at_all() {
        let who = |invited| Role::ALL.iter().filter(|role| may_invite(**role, invited)).count();
        assert_eq!(Role::ALL.iter().map(|role| who(*role)).collect::<Vec<_>>(), [1, 2, 2, 2]);
    }

    #[test]
    fn accepting_raises_a_role_and_never_lowers_one() {
        assert_eq!(role_by_acceptance(None, Role::Viewer).unwrap(), Role::Viewer);
        assert_eq!(role_by_acceptance(Some(Role::Editor), Role::Owner).unwrap(), Role::Owner);
        for role in [Role::Editor, Role::Owner] {
            let refused = role_by_acceptance(Some(role), Role::Editor).unwrap_err();
            assert_eq!(refused.code, UserErrorCode::MemberExists);
        }
    }
}
