//! Cutting a text into its sentences.

use std::ops::Range;

/// Byte ranges of the sentences of a text, without the white space around them. A line break ends a sentence, too.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let closes = match c {
            '\n' | '。' | '！' | '？' => true,
            // Not the point of a number, of an address or of an abbreviation inside a word.
            '.' | '!' | '?' | '…' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if closes {
            push(text, from..at + c.len_utf8(), &mut found);
            from = at + c.len_utf8();
        }
    }
    push(text, from..text.len(), &mut found);
    found
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = text.get(range.clone()).unwrap_or_default();
    let trimmed = part.trim();
    if trimmed.chars().any(char::is_alphanumeric) {
        let start = range.start + (part.len() - part.trim_start().len());
        found.push(start..start + trimmed.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_at_its_mark_or_its_line_and_a_number_ends_none() {
        let text = "It costs 3.50 at example.com. Really? はい。いいえ！\n\n... A line\nlast";
        let found: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(
            found,
            ["It costs 3.50 at example.com.", "Really?", "はい。", "いいえ！", "A line", "last"]
        );
    }
}
