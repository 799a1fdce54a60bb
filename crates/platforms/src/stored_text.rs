//! Texts as a network shows them again: which differences from what was sent mean nothing.
//!
//! A read-back that is too strict overlooks a post that stands there, and it is sent twice. Each network therefore has
//! its [`TextChanges`], and both sides are compared by them.

use fanfare_domain::x_text::find_links;
use percent_encoding::percent_decode_str;
use std::ops::RangeInclusive;
use unicode_normalization::UnicodeNormalization as _;
use url::Url;

/// What a network changes in a text between taking it and showing it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextChanges {
    /// Characters that it takes out.
    pub removed: &'static [RangeInclusive<char>],
    /// The names of characters that it escapes, without `&`, and the characters. `&` itself is `&amp;`.
    pub escaped: &'static [(&'static str, char)],
    /// Whether it shows links in a form of its own.
    pub rewrites_links: bool,
}

/// What no reader sees (Unicode, `Default_Ignorable_Code_Point`), control characters and noncharacters. Networks take
/// out some of them, not always the same: none of them tells two posts apart.
pub(super) const INVISIBLE: &[RangeInclusive<char>] = &[
    '\u{0}'..='\u{8}',
    '\u{e}'..='\u{1f}',
    '\u{7f}'..='\u{84}',
    '\u{86}'..='\u{9f}',
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{fffe}'..='\u{ffff}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

impl TextChanges {
    /// Whether nothing of the text is left that anybody sees.
    pub(super) fn is_blank(&self, text: &str) -> bool {
        text.chars().all(|c| c.is_whitespace() || self.removed.iter().any(|range| range.contains(&c)))
    }

    /// What is the same of a text before and after the network has stored it. White space of any kind and length is one
    /// space: networks trim, join lines and fold empty ones.
    pub(super) fn comparable(&self, text: &str) -> String {
        let removed = |c: &char| self.removed.iter().any(|range| range.contains(c));
        let seen: String = text.chars().filter(|c| !removed(c)).collect();
        let plain = if self.escaped.is_empty() { seen } else { unescaped(&seen, self.escaped) };
        let mut composed: String = plain.nfc().collect();
        if self.rewrites_links {
            composed = percent_decode_str(&with_plain_links(&composed)).decode_utf8_lossy().nfc().collect();
        }
        composed.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The text with the characters in place of their names, however often they were escaped: `&amp;lt;` is `<` too.
fn unescaped(text: &str, names: &[(&str, char)]) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, mut behind)) = rest.split_once('&') {
        plain.push_str(before);
        while let Some(inner) = behind.strip_prefix("amp;") {
            behind = inner;
        }
        let known = names.iter().find_map(|(name, c)| Some((*c, behind.strip_prefix(*name)?)));
        let (c, after) = known.unwrap_or(('&', behind));
        plain.push(c);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The text with each link in one form: without scheme, with the host as it is asked for, without a slash at its end.
fn with_plain_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    for link in find_links(text) {
        plain.push_str(text.get(at..link.start).unwrap_or_default());
        plain.push_str(&plain_link(text.get(link.clone()).unwrap_or_default()));
        at = link.end;
    }
    plain.push_str(text.get(at..).unwrap_or_default());
    plain
}

fn plain_link(written: &str) -> String {
    let parsed = match Url::parse(written) {
        Ok(url) if url.has_host() => Ok(url),
        _ => Url::parse(&format!("http://{written}")),
    };
    let normal = parsed.map_or_else(|_| written.to_lowercase(), String::from);
    let bare = normal.split_once("://").map_or(normal.as_str(), |(_, rest)| rest);
    bare.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: TextChanges =
        TextChanges { removed: INVISIBLE, escaped: &[("lt;", '<'), ("gt;", '>')], rewrites_links: true };

    #[test]
    fn what_a_network_changes_makes_no_difference() {
        for (sent, shown) in [
            ("\u{feff}a\u{200b}b\u{2060}c\u{ad}", "abc"),
            ("  one \r\n\r\n\r\n two\t", "one\n\ntwo"),
            ("cafe\u{301}", "café"),
            ("a < b & c", "a &lt; b &amp; c"),
            ("&lt;", "&amp;lt;"),
            ("👩\u{200d}🚀 ❤\u{fe0f}", "👩🚀 ❤"),
            ("see Example.com/", "see http://example.com"),
            ("https://bücher.com/ü", "http://xn--bcher-kva.com/%C3%BC"),
            ("https://example.com:443/a?b=c", "https://example.com/a?b=c"),
            ("https://exam\u{200b}ple.com", "https://example.com"),
        ] {
            assert_eq!(ALL.comparable(sent), ALL.comparable(shown), "{sent:?}");
        }
    }

    #[test]
    fn what_a_reader_sees_makes_a_difference() {
        for (one, other) in [
            ("hello", "Hello"),
            ("a b", "ab"),
            ("https://example.com/a", "https://example.com/A"),
            ("https://example.com/a", "https://example.com/a/b"),
            ("a & b", "a b"),
            ("1 < 2", "1 > 2"),
            ("😀", "😁"),
        ] {
            assert_ne!(ALL.comparable(one), ALL.comparable(other), "{one:?}");
        }
    }

    #[test]
    fn a_network_that_escapes_nothing_is_read_to_the_letter() {
        let plain = TextChanges { removed: INVISIBLE, escaped: &[], rewrites_links: false };
        assert_ne!(plain.comparable("a &amp; b"), plain.comparable("a & b"));
        assert_ne!(plain.comparable("example.com"), plain.comparable("http://example.com"));
    }
}
