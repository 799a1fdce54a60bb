//! Secrets at rest: AES-256-GCM, bound to the place where they stand.

use super::random;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Where a sealed text stands. A text that is copied to another place does not open there.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    /// What the row belongs to, in a form that never changes, such as `workspace 3, x 12345`.
    pub owner: &'a str,
}

/// Why a text could not be sealed or opened. Says nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("there is no key to seal with")]
    NoKey,
    #[error("the text could not be sealed")]
    NotSealed,
    #[error("the sealed text has another form")]
    Malformed,
    #[error("the key that sealed the text is not in ENCRYPTION_KEY")]
    UnknownKey,
    #[error("the sealed text was changed, or stands in another place")]
    Tampered,
}

/// Seals with the first key and opens with any.
///
/// The sealed form is `v1.<key id>.<base64url of nonce, ciphertext and tag>`. Nonces are random: by NIST SP 800-38D a
/// key may seal 2^32 texts.
#[derive(Clone)]
pub struct Sealer {
    first: Key,
    others: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    cipher: Aes256Gcm,
}

const VERSION: &str = "v1";
const NONCE_BYTES: usize = 12;

impl Sealer {
    /// Takes keys with their ids; an id holds no dot. [`SealError::NoKey`] if there is none.
    pub fn new(keys: impl IntoIterator<Item = (String, [u8; 32])>) -> Result<Self, SealError> {
        let mut keys = keys.into_iter().map(|(id, bytes)| Key { id, cipher: Aes256Gcm::new(&bytes.into()) });
        let first = keys.next().ok_or(SealError::NoKey)?;
        Ok(Self { first, others: keys.collect() })
    }

    pub fn seal(&self, text: &str, place: Place<'_>) -> Result<String, SealError> {
        let Key { id, cipher } = &self.first;
        let nonce = random::bytes::<NONCE_BYTES>();
        let payload = Payload { msg: text.as_bytes(), aad: &associated_data(id, place) };
        let ciphertext = cipher.encrypt(&nonce.into(), payload).map_err(|_| SealError::NotSealed)?;
        let sealed = URL_SAFE_NO_PAD.encode([&nonce[..], &ciphertext].concat());
        Ok(format!("{VERSION}.{id}.{sealed}"))
    }

    pub fn open(&self, sealed: &str, place: Place<'_>) -> Result<String, SealError> {
        let (id, body) = parts(sealed)?;
        let key = self.keys().find(|key| key.id == id).ok_or(SealError::UnknownKey)?;
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| SealError::Malformed)?;
        let (nonce, ciphertext) = body.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Malformed)?;
        let payload = Payload { msg: ciphertext, aad: &associated_data(id, place) };
        let text = key.cipher.decrypt(&(*nonce).into(), payload).map_err(|_| SealError::Tampered)?;
        String::from_utf8(text).map_err(|_| SealError::Malformed)
    }

    /// The id of the key that seals.
    pub fn first_id(&self) -> &str {
        &self.first.id
    }

    /// Whether a text was sealed with another key than the one that seals now.
    pub fn needs_reseal(&self, sealed: &str) -> Result<bool, SealError> {
        Ok(parts(sealed)?.0 != self.first.id)
    }

    /// The text sealed again with the first key; `None` where that key has sealed it.
    pub fn reseal(&self, sealed: &str, place: Place<'_>) -> Result<Option<String>, SealError> {
        if !self.needs_reseal(sealed)? {
            return Ok(None);
        }
        Ok(Some(self.seal(&self.open(sealed, place)?, place)?))
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys().map(|key| &key.id)).finish()
    }
}

/// Key id and body of a sealed text.
fn parts(sealed: &str) -> Result<(&str, &str), SealError> {
    let (version, rest) = sealed.split_once('.').ok_or(SealError::Malformed)?;
    if version != VERSION {
        return Err(SealError::Malformed);
    }
    rest.split_once('.').ok_or(SealError::Malformed)
}

/// The place with each part's length before it, so that no two places read the same.
fn associated_data(key_id: &str, place: Place<'_>) -> Vec<u8> {
    let mut data = Vec::new();
    for part in [VERSION, key_id, place.table, place.column, place.owner] {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part.as_bytes());
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'_> = Place { table: "accounts", column: "access_token", owner: "workspace 1, x 7" };

    fn sealer(ids: &[(&str, u8)]) -> Sealer {
        Sealer::new(ids.iter().map(|(id, byte)| ((*id).to_owned(), [*byte; 32]))).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_and_its_text_is_not_seen() {
        let sealer = sealer(&[("k1", 1)]);
        let sealed = sealer.seal("planted token", HERE).unwrap();
        assert!(sealed.starts_with("v1.k1.") && !sealed.contains("planted"));
        assert_eq!(sealer.open(&sealed, HERE).unwrap(), "planted token");
        assert_ne!(sealed, sealer.seal("planted token", HERE).unwrap(), "no nonce is used twice");
    }

    #[test]
    fn a_sealed_text_does_not_open_in_another_place() {
        let sealer = sealer(&[("k1", 1)]);
        let sealed = sealer.seal("token", HERE).unwrap();
        for place in [
            Place { table: "oauth_states", ..HERE },
            Place { column: "refresh_token", ..HERE },
            Place { owner: "workspace 2, x 7", ..HERE },
            Place { table: "accountsaccess_", column: "token", ..HERE },
        ] {
            assert_eq!(sealer.open(&sealed, place), Err(SealError::Tampered), "{place:?}");
        }
    }

    #[test]
    fn a_change_of_any_character_is_noticed() {
        let sealer = sealer(&[("k1", 1)]);
        let sealed = sealer.seal("token", HERE).unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(sealer.open(&changed, HERE).is_err(), "character {index}");
        }
        assert_eq!(sealer.open("v1.k1.AAAA", HERE), Err(SealError::Malformed));
        assert_eq!(sealer.open("plain", HERE), Err(SealError::Malformed));
    }

    #[test]
    fn an_old_key_opens_and_asks_for_a_new_seal() {
        let old = sealer(&[("k1", 1)]).seal("token", HERE).unwrap();
        let rotated = sealer(&[("k2", 2), ("k1", 1)]);
        assert_eq!(rotated.open(&old, HERE).unwrap(), "token");
        let new = rotated.reseal(&old, HERE).unwrap().unwrap();
        assert_eq!(
            sealer(&[("k2", 2)]).open(&new, HERE).unwrap(),
            "token",
            "the old key is not needed any more"
        );
        assert_eq!(rotated.reseal(&new, HERE), Ok(None));
        assert_eq!(rotated.reseal("plain", HERE), Err(SealError::Malformed));
    }

    #[test]
    fn a_key_that_was_dropped_is_named_as_the_reason() {
        let old = sealer(&[("k1", 1)]).seal("token", HERE).unwrap();
        assert_eq!(sealer(&[("k2", 2)]).open(&old, HERE), Err(SealError::UnknownKey));
        assert_eq!(Sealer::new([]).unwrap_err(), SealError::NoKey);
    }
}
