//! Global ids: `base64url("<noun>:<row id>")`, opaque to whoever is given one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The longest noun and the longest number fit into so many characters.
const LONGEST: usize = 64;

/// The global id of a row.
pub fn encode(noun: &str, row: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{noun}:{row}"))
}

/// The noun and the row id of a global id. `None`: it is none.
pub fn decode(id: &str) -> Option<(String, i64)> {
    if id.len() > LONGEST {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    let (noun, row) = text.split_once(':')?;
    Some((noun.to_owned(), row.parse().ok().filter(|row| *row > 0)?))
}
