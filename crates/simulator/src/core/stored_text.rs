//! What a network does to a text that it takes: the text is stored, and shown, changed.

use std::ops::RangeInclusive;
use unicode_normalization::UnicodeNormalization as _;

/// A network's changes, in the order in which they are made.
pub struct TextChanges {
    /// Characters that are taken out. Others that nobody sees stay.
    pub removed: &'static [RangeInclusive<char>],
    /// Whether letters and their marks are composed (Unicode, form C).
    pub composes: bool,
    /// The most line ends in a row; more are folded.
    pub line_ends: usize,
}

/// Control characters but tabs and line ends.
pub const CONTROL: RangeInclusive<char> = '\u{0}'..='\u{8}';
/// The rest of them, but what counts as white space.
pub const MORE_CONTROL: RangeInclusive<char> = '\u{e}'..='\u{1f}';

impl TextChanges {
    /// The text as it is stored: with one kind of line end, and trimmed.
    pub fn stored(&self, text: &str) -> String {
        let removed = |c: &char| self.removed.iter().any(|range| range.contains(c));
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        let kept = lines.chars().filter(|c| !removed(c));
        let kept: String = if self.composes { kept.nfc().collect() } else { kept.collect() };
        let mut stored = String::with_capacity(kept.len());
        let mut line_ends = 0;
        for c in kept.trim().chars() {
            line_ends = if c == '\n' { line_ends + 1 } else { 0 };
            if line_ends <= self.line_ends {
                stored.push(c);
            }
        }
        stored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cleaned_composed_folded_and_trimmed() {
        let changes =
            TextChanges { removed: &[CONTROL, '\u{feff}'..='\u{feff}'], composes: true, line_ends: 2 };
        let stored = changes.stored("\u{feff} cafe\u{301}\r\n\n\n\nopen\u{7} \u{200b}\n");
        assert_eq!(stored, "café\n\nopen \u{200b}");
        assert_eq!(changes.stored("\u{feff} \n"), "");
    }
}
