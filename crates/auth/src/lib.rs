//! Passwords, tokens, policy, sealing of secrets. Nothing here stores anything.

#![expect(clippy::missing_panics_doc, reason = "panics are refused by unwrap_used and expect_used")]
#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]
#![expect(clippy::similar_names, reason = "`sealed` by a `sealer`, `signed` by a `signer`: the plain words")]

pub mod access_token;
mod account_tokens;
pub mod api_key;
mod common_passwords;
pub mod consent_cookie;
mod export_link;
mod fair_queue;
mod keyed_mac;
mod media_link;
pub mod oauth_flow;
pub mod password;
pub mod policy;
mod random;
mod recovery_code;
pub mod seal;
pub mod sealed_places;
mod secret_token;
pub mod signed_url;
mod token_hash;
mod totp;

pub use access_token::{AccessToken, AccessTokenError, AccessTokens};
pub use account_tokens::{TokenOwner, TokenPair};
pub use api_key::{ApiKeyHasher, ApiKeySecret};
pub use export_link::{export_link, verify_export_link};
pub use media_link::{media_link, verify_media_link};
pub use oauth_flow::{BrowserBinding, OauthState, PkceVerifier};
pub use password::{PasswordError, PasswordWeakness, Passwords};
pub use policy::{Action, may, scopes_allow, scopes_change_anything};
pub use random::secret_text as random_text;
pub use recovery_code::RecoveryCode;
pub use seal::{Place, SealError, Sealer};
pub use secret_token::{InvitationToken, RefreshToken};
pub use signed_url::{SignedUrlError, UrlSigner};
pub use token_hash::TokenHash;
pub use totp::TotpSecret;
