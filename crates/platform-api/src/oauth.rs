//! What the OAuth flow carries.

use super::PlatformError;
use async_trait::async_trait;
use fanfare_domain::clock::Timestamp;
use url::Url;

/// Connecting accounts of a platform: authorization, tokens, and the profile behind a token. Implementations hold no
/// state but their settings and the HTTP client.
#[async_trait]
pub trait OAuthClient: Send + Sync {
    /// Whether the authorization takes PKCE (RFC 7636).
    fn uses_pkce(&self) -> bool;

    /// Whether a refresh gives a new refresh token and revokes the old one.
    fn rotates_refresh_tokens(&self) -> bool;

    /// Where a person consents.
    fn authorize_url(&self, request: &AuthorizeRequest<'_>) -> Result<Url, PlatformError>;

    /// Trades the code of the callback for tokens. `pkce_verifier` is there where [`OAuthClient::uses_pkce`].
    async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: &Url,
        pkce_verifier: Option<&str>,
    ) -> Result<TokenSet, PlatformError>;

    /// New tokens for old ones. [`PlatformError::Auth`]: the person must consent again;
    /// [`PlatformError::Unknown`]: a rotating refresh token may have been used up.
    async fn refresh(&self, tokens: &TokenSet) -> Result<TokenSet, PlatformError>;

    /// Tells the network to forget the tokens. A network that has no such call answers `Ok`.
    async fn revoke(&self, tokens: &TokenSet) -> Result<(), PlatformError>;

    /// The account behind a token.
    async fn profile(&self, access_token: &str) -> Result<Profile, PlatformError>;
}

/// What a consent URL is made of.
#[derive(Debug)]
pub struct AuthorizeRequest<'a> {
    pub state: &'a str,
    /// `{FANFARE_PUBLIC_URL}/api/sns/oauth/{platform}/callback`.
    pub redirect_uri: &'a Url,
    /// The PKCE verifier (RFC 7636), where [`OAuthClient::uses_pkce`]; the client derives the challenge.
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
