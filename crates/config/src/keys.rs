//! The secrets that sign and seal.

use super::Secret;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

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
