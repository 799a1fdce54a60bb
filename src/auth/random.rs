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
