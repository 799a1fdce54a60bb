//! HMAC-SHA256 over a list of fields.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// HMAC of the fields, each with its length before it, so that no two lists of fields read the same.
pub(super) fn mac(key: &[u8], fields: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    for field in fields {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field);
    }
    mac.finalize().into_bytes().into()
}
