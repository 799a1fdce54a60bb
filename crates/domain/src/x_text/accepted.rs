//! What X lets no post hold.

/// A byte-order mark and two noncharacters: twitter-text calls a text with one of them invalid.
const INVALID: [char; 3] = ['\u{feff}', '\u{fffe}', '\u{ffff}'];

/// The text without the characters that X refuses. Nobody sees them, so that nothing is lost.
pub fn accepted(text: &str) -> String {
    text.replace(INVALID, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_x_refuses_is_taken_out_and_everything_else_stays() {
        assert_eq!(accepted("\u{feff}a\u{fffe}b\u{ffff}"), "ab");
        assert_eq!(accepted("a\u{200b}b 👩\u{200d}🚀\n"), "a\u{200b}b 👩\u{200d}🚀\n");
    }
}
