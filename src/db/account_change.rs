//! What refreshing an account's tokens takes and gives.

use super::rows::Account;
use crate::domain::clock::Timestamp;

/// Tokens as they are stored.
#[derive(Clone, Debug)]
pub struct SealedTokens {
    pub access: String,
    pub refresh: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub refresh_expires_at: Option<Timestamp>,
}

/// Whether the caller may refresh.
#[derive(Clone, Debug)]
pub enum TokenTurn {
    /// He may; the row as it is now.
    Mine(Box<Account>),
    /// Somebody else is at it.
    Taken,
}
