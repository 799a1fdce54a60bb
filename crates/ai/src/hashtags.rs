//! Hashtags out of keywords.

use super::keywords::Keyword;

/// The longest hashtag that is offered, in characters: nobody types a longer one.
const MAX_CHARS: usize = 30;

/// At most `count` hashtags, without `#`, the weightiest first: `CoffeeShop` for `coffee shop`.
pub fn hashtags(keywords: &[Keyword], count: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for tag in keywords.iter().filter_map(|keyword| as_hashtag(&keyword.text)) {
        if found.len() >= count {
            break;
        }
        if !found.iter().any(|known| same(known, &tag)) {
            found.push(tag);
        }
    }
    found
}

/// A text as one word that a network takes for a hashtag; `None` where nothing of it can be one.
pub fn as_hashtag(text: &str) -> Option<String> {
    let words =
        text.split(|c: char| !c.is_alphanumeric() && c != '_' && !is_mark(c)).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let tag: String = match words.as_slice() {
        [one] => (*one).to_owned(),
        several => several.iter().map(|word| capitalised(word)).collect(),
    };
    let fits = tag.chars().count() <= MAX_CHARS && tag.chars().any(char::is_alphabetic);
    fits.then_some(tag)
}

/// Whether two hashtags lead to the same page.
pub fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Marks that stand inside words of many scripts.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e4e}')
}

/// With a capital at the beginning.
pub fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The hashtags that stand in a text, without `#`, in their order.
pub fn in_text(text: &str) -> Vec<String> {
    text.split_whitespace()
        .filter_map(|word| word.strip_prefix(['#', '＃']))
        .filter_map(|word| as_hashtag(word.trim_end_matches(|c: char| !c.is_alphanumeric())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashtag_is_one_word_with_a_letter() {
        let expected = [
            ("coffee shop", Some("CoffeeShop")),
            ("Don't", Some("DonT")),
            ("카페", Some("카페")),
            ("R&D", Some("RD")),
            ("2026", None),
            ("🎉", None),
            ("", None),
        ];
        for (text, tag) in expected {
            assert_eq!(as_hashtag(text).as_deref(), tag, "{text}");
        }
        assert_eq!(as_hashtag(&"a".repeat(31)), None);
    }

    #[test]
    fn the_hashtags_of_a_text_are_found() {
        assert_eq!(in_text("See #One, #two_2 and #1 # ＃카페!"), ["One", "two_2", "카페"]);
    }
}
