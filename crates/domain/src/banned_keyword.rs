//! Words that a workspace does not want in its posts.

use unicode_normalization::UnicodeNormalization as _;

/// The keywords that a text holds, as they were written. Case and the width of letters do not matter; a keyword inside
/// a longer word is another word, except in scripts that put no space between words.
pub fn found_in<'a>(text: &str, keywords: &'a [String]) -> Vec<&'a str> {
    let text = plain(text);
    keywords.iter().map(String::as_str).filter(|keyword| holds(&text, &plain(keyword))).collect()
}

fn plain(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

fn holds(text: &str, keyword: &str) -> bool {
    if keyword.is_empty() {
        return false;
    }
    let joins =
        |one: Option<char>, other: Option<char>| one.is_some_and(in_word) && other.is_some_and(in_word);
    text.match_indices(keyword).any(|(at, found)| {
        let before = text.get(..at).and_then(|part| part.chars().next_back());
        let behind = text.get(at + found.len()..).and_then(|part| part.chars().next());
        !joins(before, found.chars().next()) && !joins(found.chars().next_back(), behind)
    })
}

/// Whether a letter or digit belongs to the word next to it.
fn in_word(c: char) -> bool {
    let unspaced = matches!(c,
        // Thai and Lao; kana; Han; Hangul, whose particles follow a word without a space.
        '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
    c.is_alphanumeric() && !unspaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_found_as_a_word_whatever_its_case() {
        let keywords = ["Ass", "free money", "무료", "無料"].map(str::to_owned);
        let found = |text| found_in(text, &keywords);
        assert_eq!(found("Kick ASS!"), ["Ass"]);
        assert_eq!(found("A first-class assistant"), [] as [&str; 0]);
        assert_eq!(found("ＦＲＥＥ money, ass"), ["Ass", "free money"]);
        assert_eq!(found("오늘은 무료입니다"), ["무료"]);
        assert_eq!(found("送料無料です"), ["無料"]);
        assert_eq!(found_in("anything", &[String::new()]), [] as [&str; 0]);
    }
}
