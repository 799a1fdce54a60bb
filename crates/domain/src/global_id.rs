//! Global ids: `base64url("<noun>:<key>")`, opaque to whoever is given one. The key of most nouns is a row id.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt::Display;

/// The longest noun and two of the longest numbers fit into so many characters.
const LONGEST: usize = 96;

/// The global id of a row.
pub fn encode(noun: &str, row: i64) -> String {
    encode_key(noun, row)
}

/// The global id of what is known by a key that is no row id, such as the keys of two rows.
pub fn encode_key(noun: &str, key: impl Display) -> String {
    URL_SAFE_NO_PAD.encode(format!("{noun}:{key}"))
}

/// The noun and the row id of a global id. `None`: it is none.
pub fn decode(id: &str) -> Option<(String, i64)> {
    let (noun, key) = decode_key(id)?;
    Some((noun, row(&key)?))
}

/// The noun and the key of a global id. `None`: it is none.
pub fn decode_key(id: &str) -> Option<(String, String)> {
    if id.len() > LONGEST {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    let (noun, key) = text.split_once(':')?;
    Some((noun.to_owned(), key.to_owned()))
}

/// The row id that a key, or a part of one, is. `None`: it is none.
pub fn row(key: &str) -> Option<i64> {
    key.parse().ok().filter(|row| *row > 0)
}
