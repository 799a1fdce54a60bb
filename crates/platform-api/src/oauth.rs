//! What the OAuth flow carries.

use fanfare_domain::clock::Timestamp;
use url::Url;

/// What a consent URL is made of.
#[derive(Debug)]
pub struct AuthorizeRequest<'a> {
    pub state: &'a str,
    /// `{FANFARE_PUBLIC_URL}/api/sns/oauth/{platform}/callback`.
    pub redirect_uri: &'a Url,
    /// The PKCE verifier (RFC 7636), where [`super::Capabilities::pkce`] is; the client derives the challenge.
    pub pkce_verifier: Option<&'a str>,
}

/// Tokens of an account, in the clear: kept in memory only as long as a call needs them, sealed at rest.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSet {
    pub access_token: String,
    pub refresh_token: Option<String>,
    /// `None`: the network gave no lifetime.
    pub expires_at: Option<Timestamp>,
    pub refresh_expires_at: Option<Timestamp>,
    pub scopes: Vec<String>,
}

impl std::fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSet").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// The account behind a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The network's id of the account: unique within the network, never changes.
    pub remote_id: String,
    pub name: String,
    /// The name in the account's address, without `@`.
    pub handle: Option<String>,
    /// Such as `personal`, `business`, `channel`.
    pub account_type: String,
    pub picture_url: Option<String>,
    pub profile_url: Option<String>,
    pub followers_count: Option<i64>,
    pub following_count: Option<i64>,
}
