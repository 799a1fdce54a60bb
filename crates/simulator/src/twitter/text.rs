//! The weight of a post's text (X, "Counting characters").

use crate::core::stored_text::{CONTROL, MORE_CONTROL, TextChanges};
use unicode_segmentation::UnicodeSegmentation;

/// X takes out zero-width spaces, byte-order marks and noncharacters; joiners stay.
pub const CHANGES: TextChanges = TextChanges {
    removed: &[
        CONTROL,
        MORE_CONTROL,
        '\u{7f}'..='\u{7f}',
        '\u{200b}'..='\u{200b}',
        '\u{2060}'..='\u{2060}',
        '\u{feff}'..='\u{feff}',
        '\u{fffe}'..='\u{ffff}',
    ],
    composes: true,
    line_ends: 2,
};

/// The greatest weight of a post.
pub const MAX_WEIGHT: usize = 280;
/// What an address weighs, whatever its length.
const ADDRESS_WEIGHT: usize = 23;

/// The byte ranges of the addresses in a text.
pub fn addresses(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() else {
            break;
        };
        let address = rest.get(start..).unwrap_or_default();
        let end = address.find(char::is_whitespace).unwrap_or(address.len());
        let trimmed =
            address.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ')', '!', '?', ';', ':']);
        found.push(at + start..at + start + trimmed.len());
        at += start + end.max(1);
    }
    found
}

/// Latin and other narrow letters weigh 1, wide ones and emoji 2, an address 23.
pub fn weight(text: &str) -> usize {
    let mut rest_from = 0;
    let mut total = 0;
    for address in addresses(text) {
        total += plain_weight(text.get(rest_from..address.start).unwrap_or_default()) + ADDRESS_WEIGHT;
        rest_from = address.end;
    }
    total + plain_weight(text.get(rest_from..).unwrap_or_default())
}

fn plain_weight(text: &str) -> usize {
    text.graphemes(true)
        .map(|cluster| if is_emoji(cluster) { 2 } else { cluster.chars().map(char_weight).sum() })
        .sum()
}

fn is_emoji(cluster: &str) -> bool {
    cluster
        .chars()
        .any(|c| matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{fe0f}' | '\u{20e3}' | '\u{2600}'..='\u{27bf}'))
}

fn char_weight(c: char) -> usize {
    match c {
        '\u{0}'..='\u{10ff}'
        | '\u{2000}'..='\u{200d}'
        | '\u{2010}'..='\u{201f}'
        | '\u{2032}'..='\u{2037}' => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::weight;

    #[test]
    fn an_address_weighs_23_and_wide_letters_2() {
        assert_eq!(weight("hello"), 5);
        assert_eq!(weight("漢字"), 4);
        assert_eq!(weight("👨‍👩‍👧"), 2);
        assert_eq!(weight("see https://example.com/a/very/long/path/that/goes/on, then"), 4 + 23 + 6);
    }
}
