//! Addresses that open one file to whoever holds them, until they expire: networks pull media from them.

use super::keyed_mac::mac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fanfare_domain::clock::Timestamp;
use subtle::ConstantTimeEq;
use url::Url;

/// Signs with the first key and verifies with any, HMAC-SHA256.
#[derive(Clone)]
pub struct UrlSigner {
    first: [u8; 32],
    others: Vec<[u8; 32]>,
}

/// Why an address opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedUrlError {
    #[error("the link's signature does not fit")]
    Forged,
    #[error("the link has expired")]
    Expired,
}

/// Keeps this use of a secret apart from every other use of it.
const KEY_LABEL: &[u8] = b"fanfare signed media url v1";

impl UrlSigner {
    /// Derives its keys from the server's secrets, of at least 32 bytes each. `None` if there is no secret.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let mut keys = secrets.into_iter().map(|secret| mac(secret, &[KEY_LABEL]));
        let first = keys.next()?;
        Some(Self { first, others: keys.collect() })
    }

    /// `{base}/{path}?exp=<seconds since 1970>&sig=<signature of parts>`, good until `expires`. A path is made of names
    /// and `/`, by this server.
    pub fn link(&self, base: &Url, path: &str, parts: &[&str], expires: Timestamp) -> Url {
        let expires = expires.0.timestamp();
        let mut url = base.clone();
        url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
        let signature = self.sign(parts, expires);
        url.query_pairs_mut().clear().append_pair("exp", &expires.to_string()).append_pair("sig", &signature);
        url
    }

    /// The signature of an address that is made of `parts` and ends at `expires_at`, in seconds since 1970:
    /// 43 characters that are safe in a URL.
    pub fn sign(&self, parts: &[&str], expires_at: i64) -> String {
        URL_SAFE_NO_PAD.encode(signature(&self.first, parts, expires_at))
    }

    /// Whether `signed` is the signature of these parts and this end, and the end has not come at `now`.
    pub fn verify(
        &self,
        parts: &[&str],
        expires_at: i64,
        signed: &str,
        now: Timestamp,
    ) -> Result<(), SignedUrlError> {
        let signed = URL_SAFE_NO_PAD.decode(signed).map_err(|_| SignedUrlError::Forged)?;
        let fits = std::iter::once(&self.first)
            .chain(&self.others)
            .any(|key| bool::from(signature(key, parts, expires_at)[..].ct_eq(&signed)));
        if !fits {
            return Err(SignedUrlError::Forged);
        }
        if expires_at <= now.0.timestamp() {
            return Err(SignedUrlError::Expired);
        }
        Ok(())
    }
}

impl std::fmt::Debug for UrlSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UrlSigner").finish_non_exhaustive()
    }
}

fn signature(key: &[u8; 32], parts: &[&str], expires_at: i64) -> [u8; 32] {
    let expires_at = expires_at.to_be_bytes();
    let fields: Vec<&[u8]> =
        std::iter::once(&expires_at[..]).chain(parts.iter().map(|part| part.as_bytes())).collect();
    mac(key, &fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn now() -> Timestamp {
        Timestamp::from_micros(NOW * 1_000_000).unwrap()
    }

    #[test]
    fn a_signed_address_opens_until_it_expires() {
        let signer = UrlSigner::new([&[1_u8; 32][..]]).unwrap();
        let signed = signer.sign(&["media", "12"], NOW + 1);
        assert_eq!(signer.verify(&["media", "12"], NOW + 1, &signed, now()), Ok(()));
        let ended = signer.sign(&["media", "12"], NOW);
        assert_eq!(signer.verify(&["media", "12"], NOW, &ended, now()), Err(SignedUrlError::Expired));
    }

    #[test]
    fn no_other_file_time_or_signature_opens() {
        let signer = UrlSigner::new([&[1_u8; 32][..]]).unwrap();
        let signed = signer.sign(&["media", "12"], NOW + 60);
        let forged = |parts: &[&str], expires_at, signed: &str| {
            assert_eq!(
                signer.verify(parts, expires_at, signed, now()),
                Err(SignedUrlError::Forged),
                "{parts:?} {expires_at} {signed}"
            );
        };
        forged(&["media", "13"], NOW + 60, &signed);
        forged(&["media1", "2"], NOW + 60, &signed);
        forged(&["media12"], NOW + 60, &signed);
        forged(&["media", "12"], NOW + 61, &signed);
        forged(&["media", "12"], NOW + 60, &signed[..20]);
        forged(&["media", "12"], NOW + 60, "");
        forged(&["media", "12"], NOW + 60, "no base64 at all!");
    }

    #[test]
    fn an_address_outlives_the_rotation_of_its_key() {
        let old = UrlSigner::new([&[1_u8; 32][..]]).unwrap().sign(&["media", "12"], NOW + 60);
        let rotated = UrlSigner::new([&[2_u8; 32][..], &[1_u8; 32][..]]).unwrap();
        assert_eq!(rotated.verify(&["media", "12"], NOW + 60, &old, now()), Ok(()));
        let dropped = UrlSigner::new([&[2_u8; 32][..]]).unwrap();
        assert_eq!(dropped.verify(&["media", "12"], NOW + 60, &old, now()), Err(SignedUrlError::Forged));
    }
}
