use crate::schema::{accounts, oauth_states};
use diesel::prelude::*;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::AccountRef;
use fanfare_domain::id::{AccountId, UserId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::AccountFacts;
use fanfare_domain::sql::Strings;
use serde::{Deserialize, Serialize};

/// An account of a network, for those who use its tokens, which are sealed and stay so in this struct. It is written to
/// no cache.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = accounts)]
pub struct Account {
    pub id: AccountId,
    pub workspace_id: WorkspaceId,
    pub platform: Platform,
    pub remote_id: String,
    pub name: String,
    pub handle: Option<String>,
    pub account_type: String,
    pub picture_url: Option<String>,
    pub profile_url: Option<String>,
    pub status: AccountStatus,
    pub status_reason: Option<String>,
    pub simulated: bool,
    pub access_token_sealed: Option<String>,
    pub refresh_token_sealed: Option<String>,
    pub token_expires_at: Option<Timestamp>,
    pub refresh_expires_at: Option<Timestamp>,
    pub scopes: Strings,
    pub followers_count: Option<i64>,
    pub following_count: Option<i64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Account {
    /// As events name it.
    pub fn reference(&self) -> AccountRef {
        AccountRef { account_id: self.id, platform: self.platform, account_name: self.name.clone() }
    }

    /// As the audit shows it: without its tokens.
    pub fn audited(&self) -> serde_json::Value {
        serde_json::json!({
            "platform": self.platform,
            "name": self.name,
            "handle": self.handle,
            "account_type": self.account_type,
            "status": self.status,
            "followers_count": self.followers_count,
            "following_count": self.following_count,
        })
    }
}

/// An account as people see it. Its tokens are not read for it.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Serialize, Deserialize)]
#[diesel(table_name = accounts)]
pub struct ShownAccount {
    pub id: AccountId,
    pub workspace_id: WorkspaceId,
    pub platform: Platform,
    pub remote_id: String,
    pub name: String,
    pub handle: Option<String>,
    pub account_type: String,
    pub picture_url: Option<String>,
    pub profile_url: Option<String>,
    pub status: AccountStatus,
    pub status_reason: Option<String>,
    pub simulated: bool,
    pub token_expires_at: Option<Timestamp>,
    /// Whether it has a token that renews the access token.
    #[diesel(
        select_expression = accounts::refresh_token_sealed.is_not_null(),
        select_expression_type = diesel::dsl::IsNotNull<accounts::refresh_token_sealed>
    )]
    pub renewable: bool,
    pub scopes: Strings,
    pub followers_count: Option<i64>,
    pub following_count: Option<i64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl ShownAccount {
    /// What a post must know of it.
    pub fn facts(&self) -> AccountFacts {
        AccountFacts { platform: self.platform, name: self.name.clone() }
    }
}

impl From<Account> for ShownAccount {
    fn from(row: Account) -> Self {
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            platform: row.platform,
            remote_id: row.remote_id,
            name: row.name,
            handle: row.handle,
            account_type: row.account_type,
            picture_url: row.picture_url,
            profile_url: row.profile_url,
            status: row.status,
            status_reason: row.status_reason,
            simulated: row.simulated,
            token_expires_at: row.token_expires_at,
            renewable: row.refresh_token_sealed.is_some(),
            scopes: row.scopes,
            followers_count: row.followers_count,
            following_count: row.following_count,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// What a finished consent stores: an account's profile and its sealed tokens.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ConnectedAccount {
    pub workspace_id: WorkspaceId,
    pub platform: Platform,
    pub remote_id: String,
    pub name: String,
    pub handle: Option<String>,
    pub account_type: String,
    pub picture_url: Option<String>,
    pub profile_url: Option<String>,
    pub status: AccountStatus,
    pub status_reason: Option<String>,
    pub simulated: bool,
    pub access_token_sealed: Option<String>,
    pub refresh_token_sealed: Option<String>,
    pub token_expires_at: Option<Timestamp>,
    pub refresh_expires_at: Option<Timestamp>,
    pub scopes: Strings,
    pub followers_count: Option<i64>,
    pub following_count: Option<i64>,
    pub refresh_lease_until: Option<Timestamp>,
    pub expiry_warned_at: Option<Timestamp>,
    pub connected_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A consent under way, or ended.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = oauth_states)]
pub struct OauthState {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub platform: Platform,
    /// The account to reconnect; `None`: a new one.
    pub account_id: Option<AccountId>,
    pub pkce_verifier_sealed: Option<String>,
    /// The hash of the cookie of the browser that began.
    pub browser_hash: Option<String>,
    pub redirect_to: Option<String>,
    pub expires_at: Timestamp,
    /// What came of it; `None`: nothing yet.
    pub connected_account_id: Option<AccountId>,
}

/// A consent about to begin.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = oauth_states, treat_none_as_default_value = false)]
pub struct NewOauthState {
    pub state_hash: String,
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub platform: Platform,
    pub account_id: Option<AccountId>,
    pub pkce_verifier_sealed: Option<String>,
    pub browser_hash: Option<String>,
    pub redirect_to: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}
