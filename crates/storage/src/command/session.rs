//! What trading a refresh token takes and gives, and changes of what a user signs in with.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::email::Email;
use fanfare_domain::id::{SessionId, UserId};

/// A refresh token about to be stored: its hash only.
#[derive(Clone, Debug)]
pub struct TokenToStore {
    pub hash: String,
    pub expires_at: Timestamp,
}

/// The hash of the password that was shown, and that of the new one. `Debug` hides both.
#[derive(Clone)]
pub struct PasswordHashes {
    pub compared: String,
    pub new: String,
}

impl std::fmt::Debug for PasswordHashes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHashes(***)")
    }
}

/// The hash of the password that was shown, and the new e-mail address. `Debug` hides both.
#[derive(Clone)]
pub struct EmailChange {
    pub compared: String,
    pub email: Email,
}

impl std::fmt::Debug for EmailChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailChange(***)")
    }
}

/// How a trade went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    Rotated {
        session: SessionId,
        user: UserId,
    },
    /// Unknown, expired, or of a session that has ended.
    Unknown,
    /// Used before: someone else may have it, so the session has been ended.
    Reused {
        session: SessionId,
    },
}
