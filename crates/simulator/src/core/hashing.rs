//! Stable text made of hashes: ids of profiles, digests of media.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt::Write;

pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256, base64url without padding: the S256 transform of PKCE, and a source of short ids.
pub fn sha256_base64url(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// A number of exactly `digits` digits (1 to 19), the same for the same text.
pub fn number_of(text: &str, digits: u32) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    let value = digest.iter().take(8).fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let low = 10_u64.pow(digits.clamp(1, 19) - 1);
    low + value % (low * 9).max(1)
}

/// A secret of 192 random bits, base64url.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
}
