//! The secrets that sign and seal.

use super::Secret;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// A key of AES-256-GCM and the id that stands in what it sealed. `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptionKey {
    /// 1 to 32 letters, digits, `-` and `_`.
    pub id: String,
    pub bytes: [u8; 32],
}

impl std::fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncryptionKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl EncryptionKey {
    /// Reads `<base64 of 32 bytes>` or `<id>:<base64 of 32 bytes>`.
    ///
    /// A key without an id is named after its own digest, so that it keeps its name when another key is put before it.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, key) = text.split_once(':').map_or((None, text), |(id, key)| (Some(id), key));
        let bytes = STANDARD.decode(key).or_else(|_| STANDARD_NO_PAD.decode(key)).ok()?;
        let bytes = <[u8; 32]>::try_from(bytes).ok()?;
        let id = id.map_or_else(|| digest_name(&bytes), str::to_owned);
        let fits = (1..=32).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        fits.then_some(Self { id, bytes })
    }
}

/// The first 32 bits of a digest that is of no use for anything else.
fn digest_name(key: &[u8; 32]) -> String {
    let digest = Sha256::new().chain_update(b"fanfare encryption key name").chain_update(key).finalize();
    digest.iter().take(4).fold(String::new(), |name, byte| format!("{name}{byte:02x}"))
}

/// The shortest signing secret, in bytes: the output of SHA-256 (RFC 7518, section 3.2).
const MIN_SIGNING_BYTES: usize = 32;

/// A signing secret, if it is long enough.
pub fn signing_secret(text: &str) -> Option<Secret> {
    (text.len() >= MIN_SIGNING_BYTES).then(|| Secret::new(text))
}

/// The fewest different bytes that a secret has. Of 32 random hexadecimal digits, fewer are one case in ten million.
const MIN_DIFFERENT_BYTES: usize = 8;

/// Whether a secret was plainly not drawn at random: few different bytes, a part that is repeated, or a row of numbers.
pub fn is_guessable(secret: &[u8]) -> bool {
    let different = secret.iter().collect::<HashSet<_>>().len();
    let repeats = (1..=secret.len() / 2).any(|period| {
        let (start, shifted) = (secret.iter(), secret.iter().skip(period));
        start.zip(shifted).all(|(one, other)| one == other)
    });
    let mut steps = secret.iter().zip(secret.iter().skip(1)).map(|(one, next)| next.wrapping_sub(*one));
    let is_row = steps.next().is_none_or(|first| steps.all(|step| step == first));
    different < MIN_DIFFERENT_BYTES || repeats || is_row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_was_not_drawn_at_random_is_known() {
        let row: Vec<u8> = (0..32).collect();
        for weak in [
            &[0; 32][..],
            &[b'x'; 40],
            b"passwordpasswordpasswordpassword",
            b"abababababababababababababababababab",
            &row,
        ] {
            assert!(is_guessable(weak), "{weak:?}");
        }
        let hexadecimal = b"6f1d0a83c95b2e47f8d13a6c0b97e254";
        for drawn in [
            &hexadecimal[..],
            b"Zq3vT8xN1cKp7RfW2yLh9BdJ5mGs4AeU",
            b"the secret of a test which is long enough",
        ] {
            assert!(!is_guessable(drawn), "{drawn:?}");
        }
    }
}
