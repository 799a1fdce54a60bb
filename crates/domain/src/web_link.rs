//! Links in a text, compared as links and not as letters: `https://example.com` and `HTTPS://EXAMPLE.com:443/` are one.

use url::Url;

/// What closes a sentence or a quotation behind a link, and does not belong to the link.
const CLOSING: &[char] = &[
    '.', ',', ';', ':', '!', '?', '\'', '…', '’', '”', '»', ']', '}', '。', '、', '，', '！', '？', '）',
    '」', '』',
];

/// Whether the text holds the link, in whichever spelling: the host's letter case and script, the default port and an
/// empty path do not count. A longer address that begins with it is another link.
pub fn holds(text: &str, link: &Url) -> bool {
    let same = |written: &str| Url::parse(written).is_ok_and(|it| it == *link);
    text.split(ends_link).flat_map(addresses).any(|written| same(written) || same(without_closing(written)))
}

fn ends_link(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '<' | '>' | '"' | '“' | '”' | '«' | '»' | '「' | '」' | '『' | '』' | '。' | '、' | '，' | '）'
        )
        || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// The addresses in a text without spaces, each up to where the next begins.
fn addresses(word: &str) -> Vec<&str> {
    let mut starts: Vec<usize> =
        word.match_indices("://").filter_map(|(colon, _)| start_of(word, colon)).collect();
    starts.push(word.len());
    starts.iter().zip(starts.iter().skip(1)).filter_map(|(from, to)| word.get(*from..*to)).collect()
}

/// Where the address begins whose scheme ends at `colon`. `None`: it is not of the web, or it stands inside a word or
/// inside another address.
fn start_of(word: &str, colon: usize) -> Option<usize> {
    let before = word.get(..colon)?;
    let start = ["https", "http"].iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        before.get(start..)?.eq_ignore_ascii_case(scheme).then_some(start)
    })?;
    let glued = before.get(..start)?.chars().next_back().is_some_and(|c| {
        c.is_ascii_alphanumeric() || matches!(c, '/' | '=' | '?' | '&' | '%' | '#' | '+' | '~' | '@')
    });
    (!glued).then_some(start)
}

/// The address without what closes the sentence around it. A bracket belongs to it where it was opened in it.
fn without_closing(written: &str) -> &str {
    let mut unopened = written.matches(')').count().saturating_sub(written.matches('(').count());
    let mut kept = written;
    while let Some(last) = kept.chars().next_back() {
        match last {
            ')' if unopened > 0 => unopened -= 1,
            c if CLOSING.contains(&c) => {}
            _ => break,
        }
        kept = kept.strip_suffix(last).unwrap_or_default();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_test_support::finite;

    fn held(text: &str, link: &str) -> bool {
        holds(text, &Url::parse(link).unwrap())
    }

    #[test]
    fn two_spellings_of_a_link_are_one_link() {
        for (written, link) in [
            ("https://example.com", "https://example.com/"),
            ("https://example.com/", "https://example.com"),
            ("HTTPS://Example.COM", "https://example.com"),
            ("https://example.com:443/a", "https://example.com/a"),
            ("http://example.com:80", "http://example.com"),
            ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
            ("https://example.com/a/../b", "https://example.com/b"),
        ] {
            assert!(held(written, link), "{written}");
            assert!(held(link, written), "{written}");
        }
    }

    #[test]
    fn a_link_is_found_wherever_it_stands() {
        let link = "https://example.com/a_(b)?c=d";
        for text in [
            "See https://example.com/a_(b)?c=d.",
            "(https://example.com/a_(b)?c=d)",
            "more...https://example.com/a_(b)?c=d!",
            "both https://example.org,https://example.com/a_(b)?c=d, here",
            "これは「https://example.com/a_(b)?c=d」です",
            "a\nhttps://example.com/a_(b)?c=d\nb",
        ] {
            assert!(held(text, link), "{text}");
        }
    }

    #[test]
    fn another_link_that_begins_with_it_or_holds_it_is_not_it() {
        for text in [
            "https://example.com/ab",
            "https://example.com/a/b",
            "https://example.com/a?b=c",
            "https://example.com/A",
            "https://example.com/a日本",
            "http://example.com/a",
            "https://example.community/a",
            "https://web.example/https://example.com/a",
            "https://web.example/?to=https://example.com/a",
            "example.com/a",
            "xhttps://example.com/a",
            "",
        ] {
            assert!(!held(text, "https://example.com/a"), "{text}");
        }
    }

    #[test]
    fn the_longest_accepted_text_is_read_to_its_end() {
        let link = Url::parse("https://example.com/").unwrap();
        for piece in
            ["http://", ",http://a.b", "https://example.com.", ")", "https://", "://", "https://a)))"]
        {
            let text = piece.repeat(60_000 / piece.len());
            let link = link.clone();
            finite(piece, move || usize::from(holds(&text, &link)));
        }
    }
}
