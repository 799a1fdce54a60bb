//! Tokens of an account as they are stored, and who may refresh them.

use crate::rows::Account;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::AccountId;
use fanfare_domain::work::Lease;
use std::time::Duration;

/// Tokens as they are stored.
#[derive(Clone, Debug)]
pub struct SealedTokens {
    pub access: String,
    pub refresh: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub refresh_expires_at: Option<Timestamp>,
}

/// A refresh ahead that the asking worker holds.
#[derive(Clone, Debug)]
pub struct ClaimedRefresh {
    pub account: Account,
    pub lease: Lease<AccountId>,
    /// How long after its time it was claimed.
    pub lateness: Duration,
    /// Refreshes that failed in a row.
    pub failures: i32,
}

/// Whether the caller may refresh.
#[derive(Clone, Debug)]
pub enum TokenTurn {
    /// The caller may; the row as it is now.
    Mine(Box<ClaimedRefresh>),
    /// Someone else is at it.
    Taken,
}
