//! Randomness of the operating system.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

/// Random bytes. An operating system without randomness stops the process: no secret can be made there.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    UnwrapErr(SysRng).fill_bytes(&mut bytes);
    bytes
}

/// 32 letters and digits, none of which is taken for another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The low five bits of each byte as a letter or digit.
pub fn letters(bytes: &[u8]) -> String {
    bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|byte| char::from(*byte))
        .collect()
}

/// Whether a byte can stand in [`letters`].
pub fn is_letter(byte: u8) -> bool {
    ALPHABET.contains(&byte)
}

/// The length of [`secret_text`].
pub const SECRET_TEXT_CHARS: usize = 43;

/// 256 random bits as 43 characters of base64url: safe in a URL, a cookie and a header.
pub fn secret_text() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// Whether `text` has the shape of [`secret_text`].
pub fn is_secret_text(text: &str) -> bool {
    text.len() == SECRET_TEXT_CHARS
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
