//! The short-lived token that stands in `Authorization: Bearer ...`: a JWT signed with HMAC-SHA256.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::clock::{SharedClock, Timestamp};
use fanfare_domain::id::{SessionId, UserId, WorkspaceId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Issues and verifies access tokens. The first secret signs, all verify.
pub struct AccessTokens {
    first: Key,
    others: Vec<Key>,
    validation: Validation,
    clock: SharedClock,
}

struct Key {
    /// A name that says nothing of the secret.
    id: String,
    signs: EncodingKey,
    verifies: DecodingKey,
}

/// A token as it goes to the client. `Debug` hides it.
#[derive(Clone)]
pub struct AccessToken {
    pub text: String,
    pub expires_in: Duration,
}

/// Why a token is not taken. The client is told no more than that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenError {
    #[error("there is no secret to sign with")]
    NoSecret,
    #[error("the token could not be signed")]
    NotSigned,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not one of this server's")]
    Invalid,
}

/// RFC 7519, section 4.1, and the session and workspace.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
    sid: SessionId,
    ws: WorkspaceId,
}

const ISSUER: &str = "fanfare";
const AUDIENCE: &str = "fanfare-api";
const LIFETIME: Duration = Duration::from_mins(15);
/// How far the clocks of two nodes may differ, in seconds.
const LEEWAY_SECONDS: i64 = 5;
/// The longest text that is looked at. A token of this server has below 400 bytes.
const MAX_BYTES: usize = 2_048;

impl AccessTokens {
    /// Takes the signing secrets, of at least 32 bytes each.
    pub fn new<'a>(
        secrets: impl IntoIterator<Item = &'a [u8]>,
        clock: SharedClock,
    ) -> Result<Self, AccessTokenError> {
        let mut keys = secrets.into_iter().map(Key::new);
        let first = keys.next().ok_or(AccessTokenError::NoSecret)?;
        let others = keys.collect();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library asks the operating system for the time; `verify` asks the injected clock.
        validation.validate_exp = false;
        Ok(Self { first, others, validation, clock })
    }

    /// A token for 15 minutes.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        default_workspace: WorkspaceId,
    ) -> Result<AccessToken, AccessTokenError> {
        let now = self.clock.now();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.to_string(),
            iat: now.0.timestamp(),
            exp: now.plus(LIFETIME).0.timestamp(),
            sid: session,
            ws: default_workspace,
        };
        let header = Header { kid: Some(self.first.id.clone()), ..Header::new(Algorithm::HS256) };
        let text = jsonwebtoken::encode(&header, &claims, &self.first.signs)
            .map_err(|_| AccessTokenError::NotSigned)?;
        Ok(AccessToken { text, expires_in: LIFETIME })
    }

    /// Who holds the token. Whether their session is still valid is for the caller to ask.
    pub fn verify(&self, token: &str) -> Result<Actor, AccessTokenError> {
        if token.len() > MAX_BYTES {
            return Err(AccessTokenError::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| AccessTokenError::Invalid)?;
        let key = std::iter::once(&self.first)
            .chain(&self.others)
            .find(|key| header.kid.as_deref() == Some(&key.id))
            .ok_or(AccessTokenError::Invalid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verifies, &self.validation)
            .map_err(|_| AccessTokenError::Invalid)?
            .claims;
        if claims.exp.saturating_add(LEEWAY_SECONDS) <= self.clock.now().0.timestamp() {
            return Err(AccessTokenError::Expired);
        }
        let expires_at = DateTime::from_timestamp(claims.exp, 0).ok_or(AccessTokenError::Invalid)?;
        Ok(Actor {
            user_id: UserId(claims.sub.parse().map_err(|_| AccessTokenError::Invalid)?),
            credential: Credential::Session(claims.sid),
            default_workspace: claims.ws,
            expires_at: Some(Timestamp::new(expires_at)),
            ip_address: None,
        })
    }
}

impl Key {
    fn new(secret: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(b"fanfare signing key name").chain_update(secret).finalize();
        let id = URL_SAFE_NO_PAD.encode(digest.iter().take(6).copied().collect::<Vec<u8>>());
        Self { id, signs: EncodingKey::from_secret(secret), verifies: DecodingKey::from_secret(secret) }
    }
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessTokens").field("signs_with", &self.first.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "access_token_tests.rs"]
mod tests;
