//! What a platform says of an account after it was connected.

use crate::rows::Account;
use crate::schema::accounts;
use diesel::prelude::AsChangeset;
use fanfare_domain::clock::Timestamp;

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
