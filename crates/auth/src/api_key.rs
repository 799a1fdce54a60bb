//! The secret of an API key: `ffk_<prefix>_<secret><checksum>`, 65 characters.
//!
//! The prefix is shown and looked up by. The checksum lets a scanner of leaked secrets tell a key from noise, and a
//! key with a typo be refused without a lookup. Only an HMAC of the whole is stored: who has read the database, and
//! not the server's secrets, can neither use a key nor test a guess.

use super::keyed_mac::mac;
use super::random::{self, SECRET_TEXT_CHARS, is_letter, letters};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Lets a person, and a scanner of leaked secrets, see what the text is.
const KIND: &str = "ffk_";
/// 50 random bits: no two keys of one server share them.
const PREFIX_CHARS: usize = 10;
const CHECKSUM_CHARS: usize = 7;

/// A key as its holder keeps it, of 256 random bits. Shown once. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeySecret {
    text: String,
    prefix: String,
}

impl ApiKeySecret {
    pub fn generate() -> Self {
        let prefix = letters(&random::bytes::<PREFIX_CHARS>());
        let body = format!("{KIND}{prefix}_{}", random::secret_text());
        let text = format!("{body}{}", checksum(&body));
        Self { text, prefix: format!("{KIND}{prefix}") }
    }

    /// Whether a credential is meant as a key, good or bad.
    pub fn looks_like_one(text: &str) -> bool {
        text.starts_with(KIND)
    }

    /// A key from a request; `None` if it cannot be one, so that no lookup is made for it.
    pub fn parse(text: &str) -> Option<Self> {
        let (body, sum) = text.split_at_checked(text.len().checked_sub(CHECKSUM_CHARS)?)?;
        let (prefix, secret) = body.strip_prefix(KIND)?.split_at_checked(PREFIX_CHARS)?;
        let secret = secret.strip_prefix('_')?;
        let fits = prefix.bytes().all(is_letter)
            && secret.len() == SECRET_TEXT_CHARS
            && random::is_secret_text(secret)
            && checksum(body) == sum;
        fits.then(|| Self { text: text.to_owned(), prefix: format!("{KIND}{prefix}") })
    }

    /// The key itself, for the one answer that carries it.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// `ffk_` and ten characters that say nothing of the rest.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}

impl std::fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_***", self.prefix)
    }
}

/// 35 bits that a text which is no key has by chance once in 34 thousand million times.
fn checksum(body: &str) -> String {
    let digest = Sha256::new().chain_update(b"fanfare api key checksum").chain_update(body).finalize();
    letters(&digest).chars().take(CHECKSUM_CHARS).collect()
}

/// Keeps this use of a secret apart from every other use of it.
const KEY_LABEL: &[u8] = b"fanfare api key hash v1";

/// Hashes keys under the server's secrets: the first hashes, all are tried.
#[derive(Clone)]
pub struct ApiKeyHasher {
    first: [u8; 32],
    others: Vec<[u8; 32]>,
}

impl ApiKeyHasher {
    /// Derives its keys from the server's secrets, of at least 32 bytes each. `None` if there is no secret.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let mut keys = secrets.into_iter().map(|secret| mac(secret, &[KEY_LABEL]));
        let first = keys.next()?;
        Some(Self { first, others: keys.collect() })
    }

    /// What is stored of a key: 43 characters of base64url.
    pub fn hash(&self, key: &ApiKeySecret) -> String {
        hash(&self.first, key)
    }

    /// What to store in place of `stored`, the hash of the key, where another secret than the first has made it.
    pub fn rehash(&self, key: &ApiKeySecret, stored: &str) -> Option<String> {
        let new = self.hash(key);
        (new != stored).then_some(new)
    }

    /// Whether `stored` is the hash of the key, in a time that does not tell how much of it agrees.
    pub fn matches(&self, key: &ApiKeySecret, stored: &str) -> bool {
        let fits = |secret: &[u8; 32]| hash(secret, key).as_bytes().ct_eq(stored.as_bytes());
        self.others.iter().fold(fits(&self.first), |known, secret| known | fits(secret)).into()
    }
}

impl std::fmt::Debug for ApiKeyHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeyHasher").finish_non_exhaustive()
    }
}

fn hash(secret: &[u8; 32], key: &ApiKeySecret) -> String {
    URL_SAFE_NO_PAD.encode(mac(secret, &[key.text.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(secrets: &[&[u8]]) -> ApiKeyHasher {
        ApiKeyHasher::new(secrets.iter().copied()).unwrap()
    }

    #[test]
    fn a_key_is_found_again_by_its_prefix_and_hash_and_another_is_not() {
        let (key, other) = (ApiKeySecret::generate(), ApiKeySecret::generate());
        let hasher = hasher(&[&[1; 32]]);
        let stored = hasher.hash(&key);
        let read = ApiKeySecret::parse(key.expose()).unwrap();
        assert_eq!(read, key);
        assert_eq!(key.expose().len(), 65);
        assert!(key.expose().starts_with(key.prefix()) && key.prefix() != other.prefix());
        assert!(hasher.matches(&read, &stored));
        assert!(
            !hasher.matches(&other, &stored)
                && !hasher.matches(&read, "")
                && !hasher.matches(&read, &stored[1..])
        );
    }

    #[test]
    fn one_wrong_letter_anywhere_is_noticed_without_a_lookup() {
        let key = ApiKeySecret::generate();
        for at in 0..key.expose().len() {
            let mut typo = key.expose().as_bytes().to_vec();
            typo[at] = if typo[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(ApiKeySecret::parse(std::str::from_utf8(&typo).unwrap()), None, "at {at}");
        }
        for text in ["", "ffk_", "ffk_é", &key.expose()[..64], &format!("{}a", key.expose()), &"é".repeat(33)]
        {
            assert_eq!(ApiKeySecret::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_key_outlives_the_rotation_of_the_servers_secret_and_is_worth_nothing_under_another() {
        let key = ApiKeySecret::generate();
        let stored = hasher(&[&[1; 32]]).hash(&key);
        assert!(hasher(&[&[2; 32], &[1; 32]]).matches(&key, &stored));
        assert!(!hasher(&[&[2; 32]]).matches(&key, &stored));
        let new = hasher(&[&[2; 32], &[1; 32]]).rehash(&key, &stored).unwrap();
        assert!(hasher(&[&[2; 32]]).matches(&key, &new), "hashed anew, it does without the old secret");
        assert_eq!(hasher(&[&[2; 32], &[1; 32]]).rehash(&key, &new), None);
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let key = ApiKeySecret::generate();
        assert_eq!(format!("{key:?}"), format!("{}_***", key.prefix()));
    }
}
