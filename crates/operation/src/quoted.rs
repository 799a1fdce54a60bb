//! What a client sent, in a message to it.

/// The longest quotation, in characters.
const MOST: usize = 60;

/// A value of the client's, cut where it is long.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
