//! Cutting a text to a length.

use unicode_segmentation::UnicodeSegmentation as _;

const ELLIPSIS: &str = "…";
/// More than the weight of an address on X.
const STEPS_BACK: usize = 300;

/// The text, or as much of its beginning as fits into `room` with `…`: up to the end of a word where there is one in
/// its second half, never inside a character. `length` measures; it must not fall when a text grows.
pub fn shorten(text: &str, room: usize, length: impl Fn(&str) -> usize) -> String {
    let text = text.trim();
    if length(text) <= room {
        return text.to_owned();
    }
    let ends: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    let fits = |end: &usize| {
        let part = text.get(..*end).unwrap_or_default();
        length(&format!("{part}{ELLIPSIS}")) <= room
    };
    // Where an address is cut it can measure more than before: a few steps back it measures less again.
    let count = ends.partition_point(&fits);
    let Some(end) = ends.iter().take(count).rev().take(STEPS_BACK).find(|end| fits(end)) else {
        return String::new();
    };
    let part = text.get(..*end).unwrap_or_default();
    let word_end = part.rfind(char::is_whitespace).filter(|at| *at > part.len() / 2);
    let part = word_end.and_then(|at| part.get(..at)).unwrap_or(part);
    let loose = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '、' | '-');
    format!("{}{ELLIPSIS}", part.trim_end_matches(loose))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, room: usize) -> String {
        shorten(text, room, |text| text.chars().count())
    }

    #[test]
    fn a_text_is_cut_after_a_word_and_never_inside_a_character() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("one two, three", 11), "one two…");
        assert_eq!(cut("abcdefghij", 5), "abcd…");
        assert_eq!(cut("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 8), "👨‍👩‍👧‍👦…");
        assert_eq!(cut("👨‍👩‍👧‍👦", 3), "…");
        assert_eq!(cut("word", 0), "");
    }
}
