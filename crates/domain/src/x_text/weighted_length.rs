//! The length of a text as X counts it: twitter-text, configuration version 3.

use super::emoji::emoji_length;
use super::links::find_links;
use unicode_normalization::UnicodeNormalization as _;

/// What every link counts, whatever its length (`transformedURLLength`).
const LINK_LENGTH: usize = 23;
/// What an emoji counts, however many code points it is made of.
const EMOJI_LENGTH: usize = 2;

/// The weighted length: 1 for a character of most alphabets, 2 for others and for an emoji, 23 for a link. X counts
/// the text in Unicode's composed form (NFC).
pub fn weighted_length(text: &str) -> usize {
    let text: String = text.nfc().collect();
    let mut length = 0;
    let mut at = 0;
    for link in find_links(&text) {
        length += plain_length(text.get(at..link.start).unwrap_or_default()) + LINK_LENGTH;
        at = link.end;
    }
    length + plain_length(text.get(at..).unwrap_or_default())
}

fn plain_length(text: &str) -> usize {
    let mut length = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (bytes, weight) =
            emoji_length(rest).map_or((c.len_utf8(), weight(c)), |bytes| (bytes, EMOJI_LENGTH));
        length += weight;
        rest = rest.get(bytes..).unwrap_or_default();
    }
    length
}

/// The ranges of the configuration: what they hold weighs 1, all else 2.
const fn weight(c: char) -> usize {
    match c as u32 {
        0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_weigh_what_twitter_text_says() {
        let cases: &[(&str, usize)] = &[
            ("", 0),
            ("This is a test.", 15),
            ("http://test.com", 23),
            ("https://test.com", 23),
            ("test.com", 23),
            ("Test https://test.com test https://test.com test.com test", 86),
            ("저찀쯿쿿", 8),
            ("\u{10000}\u{10ffff}", 4),
            ("H🐱☺", 5),
            ("日本語", 6),
            ("のの。", 6),
            ("\u{2018}quoted\u{2019} – dash", 15),
            ("…", 2),
            // One emoji is 2, however it is composed.
            ("👨‍👩‍👧‍👦", 2),
            ("🙋🏽", 2),
            ("👩🏾‍🚀", 2),
            ("🇯🇵", 2),
            ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
            ("1️⃣", 2),
            ("❤️", 2),
            ("©", 1),
            ("©️", 2),
            // Composed and decomposed letters weigh the same.
            ("é", 1),
            ("e\u{301}", 1),
            ("がガ", 4),
            ("か\u{3099}カ\u{3099}", 4),
            ("नमस्ते", 6),
            ("https://t.co/abcdefghij-x", 25),
            ("t.co/abcdefghij-x", 23),
            ("https://t.co/abcdefghij?x=y", 23),
            ("more...https://example.com", 30),
            // A joiner that joins nothing counts, and so does each part of a sequence that is none.
            ("👩\u{200d}", 3),
            ("\u{200d}", 1),
            ("👩\u{200d}🐱", 5),
            ("a\u{200d}b", 3),
            ("👨\u{200d}👩\u{200d}👧\u{200d}👦\u{200d}👦", 5),
            ("👨\u{200d}👩\u{200d}👦\u{200d}👧", 5),
            ("👨🏽\u{200d}👩\u{200d}👧", 5),
            ("👩\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨", 2),
            ("🧑🏽\u{200d}🤝\u{200d}🧑🏿", 2),
            ("🧑\u{200d}🧒\u{200d}🧒", 2),
            ("🏃🏽\u{200d}♀\u{fe0f}\u{200d}➡\u{fe0f}", 2),
            ("🏳\u{fe0f}\u{200d}🌈", 2),
            ("🏴\u{e0067}\u{e0062}\u{e0078}\u{e0079}\u{e007a}\u{e007f}", 14),
            ("🇽🇾", 4),
            ("🇯", 2),
            ("🏽", 2),
            ("🐱🏽", 4),
            ("☺\u{fe0e}", 4),
            ("a\u{fe0f}", 3),
        ];
        for (text, expected) in cases {
            assert_eq!(weighted_length(text), *expected, "{text}");
        }
    }

    /// Texts in which links, emoji, accents and scripts without spaces stand side by side.
    fn text() -> impl Strategy<Value = String> {
        let pieces = [
            "a",
            "Z",
            " ",
            ".",
            "/",
            "@",
            "#",
            "-",
            "_",
            "\r",
            "é",
            "e\u{301}",
            "\u{301}",
            "が",
            "か\u{3099}",
            "日本",
            "한",
            "\u{1112}\u{1161}\u{11ab}",
            "🐱",
            "👍🏽",
            "\u{200d}",
            "\u{fe0f}",
            "👩\u{200d}🚀",
            "🇯🇵",
            "1\u{fe0f}\u{20e3}",
            "©",
            "…",
            "http://",
            "https://example.com/a?b=c",
            "example.com",
            "t.co/abc",
            "(",
            ")",
            "\u{0}",
            "\u{10ffff}",
        ];
        let piece = prop_oneof![6 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn composed_and_decomposed_texts_weigh_the_same(text in text()) {
            let weighed = weighted_length(&text);
            prop_assert_eq!(weighted_length(&text.nfc().collect::<String>()), weighed);
            prop_assert_eq!(weighted_length(&text.nfd().collect::<String>()), weighed);
        }

        #[test]
        fn lines_weigh_what_each_of_them_does_and_one_for_each_line_end(one in text(), other in text()) {
            let lines = weighted_length(&one) + 1 + weighted_length(&other);
            prop_assert_eq!(weighted_length(&format!("{one}\n{other}")), lines);
        }

        #[test]
        fn a_link_weighs_23_whatever_its_length(path in "(/[a-z0-9]{1,30}){0,6}", one in text(), other in text()) {
            let link = weighted_length(&format!("{one}\nhttps://example.com{path}\n{other}"));
            prop_assert_eq!(link, weighted_length(&one) + weighted_length(&other) + 2 + LINK_LENGTH);
        }

        #[test]
        fn nothing_weighs_more_than_two_a_character_and_23_a_link(text in text()) {
            let composed: String = text.nfc().collect();
            let links = find_links(&composed);
            let mut end = 0;
            for link in &links {
                prop_assert!(link.start >= end && link.end > link.start, "{links:?}");
                prop_assert!(composed.get(link.clone()).is_some(), "{links:?}");
                end = link.end;
            }
            let weighed = weighted_length(&text);
            prop_assert!(weighed <= 2 * composed.chars().count() + LINK_LENGTH * links.len());
            prop_assert!(weighed >= LINK_LENGTH * links.len());
            prop_assert_eq!(weighed == 0, text.is_empty());
        }

        #[test]
        fn plain_letters_weigh_one_each(text in "[a-zA-Z0-9 éßж]{0,300}") {
            prop_assert_eq!(weighted_length(&text), text.chars().count());
        }
    }
}
