//! What changes of an account after it was connected: its tokens and its profile.

use super::rows::Account;
use super::schema::accounts;
use diesel::prelude::AsChangeset;
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

/// What a network says of an account.
#[derive(Clone, Debug, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_null = true)]
pub struct ProfileUpdate {
    pub name: String,
    pub handle: Option<String>,
    pub account_type: String,
    pub picture_url: Option<String>,
    pub profile_url: Option<String>,
    pub followers_count: Option<i64>,
    pub following_count: Option<i64>,
    pub updated_at: Timestamp,
}

impl ProfileUpdate {
    /// Whether it tells nothing new of `account`.
    pub fn is_known(&self, account: &Account) -> bool {
        self.name == account.name
            && self.handle == account.handle
            && self.account_type == account.account_type
            && self.picture_url == account.picture_url
            && self.profile_url == account.profile_url
            && self.followers_count == account.followers_count
            && self.following_count == account.following_count
    }
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
    /// He may; the row as it is now.
    Mine(Box<ClaimedRefresh>),
    /// Somebody else is at it.
    Taken,
}
