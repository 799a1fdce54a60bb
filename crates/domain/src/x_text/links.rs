//! Where X sees a link in a text: each such stretch counts as one t.co address, whatever its length.
//!
//! Follows the rules that X publishes as twitter-text, version 3: a scheme is not needed, a known top-level domain is.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;
use url::Host;

/// The top-level domains of the root zone, lower case, international ones in their own script.
static TOP_LEVEL_DOMAINS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("top_level_domains.txt").lines().collect());

/// The longest top-level domain, in characters.
const MAX_TLD_CHARS: usize = 24;
/// The longest path or query, in characters: X takes no longer link, and the search must end for hostile text too.
const MAX_TAIL_CHARS: usize = 4096;
/// The longest label of a host name, in characters, as the network of names has it. A name with a longer one is no link.
const MAX_LABEL_CHARS: usize = 63;
/// The longest name behind `t.co/`, in characters. With a longer one it is no link.
const MAX_SLUG_CHARS: usize = 40;

/// Byte ranges of the links in `text`, in order.
pub fn find_links(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut before = None;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let length = match link_length(rest, before) {
            Some(length) => {
                found.push(at..at + length);
                length
            }
            // Within a run of host characters no other link can begin, but for one with a scheme at its end.
            None if is_ascii_host(first) && scheme_length(rest) == 0 => run_length(rest),
            None => first.len_utf8(),
        };
        before = text.get(..at + length).and_then(|done| done.chars().next_back());
        at += length;
    }
    found
}

/// The length of the run of host characters that `text` begins with, without the scheme that a link begins with behind it:
/// `more...` of `more...https://example.com`.
fn run_length(text: &str) -> usize {
    let end = text.find(|c| !is_ascii_host(c)).unwrap_or(text.len());
    if !text.get(end..).is_some_and(|behind| behind.starts_with("://")) {
        return end;
    }
    let ends_with = |scheme: &str| {
        let start = end.checked_sub(scheme.len())?;
        text.get(start..end)?.eq_ignore_ascii_case(scheme).then_some(start)
    };
    ends_with("https").or_else(|| ends_with("http")).filter(|start| *start > 0).unwrap_or(end)
}

/// The length in bytes of the link that `text` begins with, where `before` stands in front of it.
fn link_length(text: &str, before: Option<char>) -> Option<usize> {
    let scheme = scheme_length(text);
    let glued = before.is_some_and(|c| {
        c.is_ascii_alphanumeric()
            || matches!(c, '@' | '＠' | '$' | '#' | '＃' | '\u{202a}'..='\u{202e}')
            || (scheme == 0 && matches!(c, '-' | '_' | '.' | '/'))
    });
    if glued {
        return None;
    }
    let rest = text.get(scheme..)?;
    let host = host_length(rest, scheme > 0)?;
    let (name, after) = (rest.get(..host)?, rest.get(host..)?);
    if !has_valid_labels(name) {
        return None;
    }
    if scheme > 0
        && name.eq_ignore_ascii_case("t.co")
        && let Some(slug) = slug_length(after)
    {
        // Of X's own addresses nothing belongs to the link but the name and a query.
        let query = tail_length(after.get(1 + slug..)?, '?', is_query_char, ends_query);
        return (slug <= MAX_SLUG_CHARS).then_some(scheme + host + 1 + slug + query);
    }
    let port = port_length(after);
    let path = tail_length(after.get(port..)?, '/', is_path_char, ends_path);
    let query = tail_length(after.get(port + path..)?, '?', is_query_char, ends_query);
    Some(scheme + host + port + path + query)
}

/// Whether no label of the name is too long, in the form in which it is asked for.
fn has_valid_labels(name: &str) -> bool {
    let asked = if name.is_ascii() {
        Cow::Borrowed(name)
    } else {
        Host::parse(name).map_or(Cow::Borrowed(name), |host| Cow::Owned(host.to_string()))
    };
    asked.split('.').all(|label| label.chars().count() <= MAX_LABEL_CHARS)
}

/// The length of the name behind the slash that `text` begins with.
fn slug_length(text: &str) -> Option<usize> {
    let behind = text.strip_prefix('/')?;
    Some(behind.chars().take_while(char::is_ascii_alphanumeric).count()).filter(|length| *length > 0)
}

fn scheme_length(text: &str) -> usize {
    ["http://", "https://"]
        .iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
        .map_or(0, |scheme| scheme.len())
}

const fn is_ascii_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// The longest host name at the start of `text` that ends in a top-level domain. Without a scheme only ASCII names
/// count: in scripts without spaces the words in front would else be taken for a part of the name.
fn host_length(text: &str, any_script: bool) -> Option<usize> {
    let mut longest = None;
    let mut label_start = 0;
    for (at, c) in text.char_indices() {
        let belongs = is_ascii_host(c) || (any_script && !c.is_ascii() && !is_separator(c));
        if !belongs {
            break;
        }
        if c != '.' {
            continue;
        }
        let label = text.get(label_start..at)?;
        if label.is_empty() || label.starts_with(['-', '_']) || label.ends_with(['-', '_']) {
            break;
        }
        if !label.contains('_')
            && let Some(tld) = tld_length(text.get(at + 1..)?)
        {
            longest = Some(at + 1 + tld);
        }
        label_start = at + 1;
    }
    longest
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3020}' | '\u{ff00}'..='\u{ff0f}' | '\u{feff}')
}

/// The length of the top-level domain that `text` begins with.
fn tld_length(text: &str) -> Option<usize> {
    let ascii = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    if ascii > 0 {
        let name = text.get(..ascii)?.to_ascii_lowercase();
        let known = name.starts_with("xn--") || TOP_LEVEL_DOMAINS.contains(name.as_str());
        let ends = !text.get(ascii..)?.starts_with(['@', '+']);
        return (known && ends).then_some(ascii);
    }
    let ends = text.char_indices().skip(1).map(|(at, _)| at).chain([text.len()]).take(MAX_TLD_CHARS);
    ends.filter(|end| text.get(..*end).is_some_and(|name| TOP_LEVEL_DOMAINS.contains(name))).last()
}

fn port_length(text: &str) -> usize {
    let digits =
        text.strip_prefix(':').map_or(0, |rest| rest.chars().take_while(char::is_ascii_digit).count());
    if digits == 0 { 0 } else { digits + 1 }
}

/// The length of a path or query: what `belongs`, cut after the last character that may stand at its end. Brackets
/// count in pairs only, so that `(see example.com/a)` ends before its bracket.
fn tail_length(text: &str, first: char, belongs: fn(char) -> bool, ends: fn(char) -> bool) -> usize {
    if !text.starts_with(first) {
        return 0;
    }
    // A lone slash belongs to the link, a lone question mark does not.
    let mut length = usize::from(first == '/');
    let mut open = 0_usize;
    for (at, c) in text.char_indices().take(MAX_TAIL_CHARS).skip(1) {
        match c {
            '(' => open += 1,
            ')' if open > 0 => open -= 1,
            ')' => break,
            c if belongs(c) => {}
            _ => break,
        }
        if open == 0 && (c == ')' || ends(c)) {
            length = at + c.len_utf8();
        }
    }
    length
}

const fn is_letter(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{400}'..='\u{52f}')
        || c.is_ascii_alphanumeric()
}

const fn is_path_char(c: char) -> bool {
    is_letter(c)
        || matches!(
            c,
            '!' | '*'
                | '\''
                | ';'
                | ':'
                | '='
                | '+'
                | ','
                | '.'
                | '$'
                | '/'
                | '%'
                | '#'
                | '['
                | ']'
                | '-'
                | '–'
                | '_'
                | '~'
                | '@'
                | '|'
                | '&'
        )
}

const fn ends_path(c: char) -> bool {
    is_letter(c) || matches!(c, '=' | '_' | '#' | '/' | '+' | '-')
}

const fn is_query_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '!' | '?'
                | '*'
                | '\''
                | '@'
                | ';'
                | ':'
                | '&'
                | '='
                | '+'
                | '$'
                | '/'
                | '%'
                | '#'
                | '['
                | ']'
                | '-'
                | '_'
                | '.'
                | ','
                | '~'
                | '|'
        )
}

const fn ends_query(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '&' | '=' | '#' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_test_support::finite;

    fn links(text: &str) -> Vec<&str> {
        find_links(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn links_with_and_without_a_scheme_are_found_whole() {
        for link in [
            "http://example.com",
            "https://example.com/path/to/resource?search=foo&lang=en",
            "http://twitter.com/#!/twitter",
            "HTTPS://www.ExaMPLE.COM/index.html",
            "http://sports.yahoo.com/nfl/news;_ylt=Aom0;ylu=XyZ?slug=ap-superbowlnotebook",
            "http://test_underscore.twitter.com",
            "http://example.com?foo=$bar.;baz?BAZ&c=d-#top/?stories",
            "http://☃.net/",
            "http://example.com/Русские_слова",
            "https://www.youtube.com/playlist?list=PL0ZPu8XSRTB7wZzn0mLHMvyzVFeRxbWn-",
            "http://example.com:8080/login.php",
            "http://en.wikipedia.org/wiki/Rust_(programming_language)",
            "http://пример.рф/а",
            "example.com",
            "www.example.com",
            "t.co",
            "foo.co.jp",
            "t.co/abc123",
            "example.com/path/to/resource?search=foo&lang=en",
        ] {
            assert_eq!(links(link), [link]);
            assert_eq!(links(&format!("See ({link}).")), [link]);
            assert_eq!(links(&format!("これは{link} です")), [link]);
        }
    }

    #[test]
    fn what_only_looks_like_a_link_is_text() {
        for text in [
            "ann@example.com",
            "@ann.com",
            "#tag.com",
            "v1.2.3",
            "end.Then",
            "http://localhost/",
            "$a.com",
            "a..com",
        ] {
            assert_eq!(links(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn a_link_ends_where_x_ends_it() {
        assert_eq!(links("https://t.co/abc-def"), ["https://t.co/abc"]);
        assert_eq!(links("http://t.co/abc?d=e!"), ["http://t.co/abc?d=e"]);
        // The rule for X's own addresses is about those with a scheme.
        assert_eq!(links("t.co/abc-def"), ["t.co/abc-def"]);
        assert_eq!(links("example.com, example.org."), ["example.com", "example.org"]);
        assert_eq!(links("example.comです"), ["example.com"]);
        assert_eq!(links("https://example.com/a?b=c!"), ["https://example.com/a?b=c"]);
        assert_eq!(links("example.com.unknownzone"), ["example.com"]);
    }

    #[test]
    fn a_link_with_a_scheme_may_stand_right_behind_a_dot_or_a_dash() {
        for before in ["more...", "a-", "a_", ".", "-", "_", "v1.2.", "…", "a..b-"] {
            let text = format!("{before}https://example.com/a");
            assert_eq!(links(&text), ["https://example.com/a"], "{text}");
        }
        for text in
            ["ahttps://example.com/a", "more...example", "a-http://", "_example.com", "@https://a.com"]
        {
            assert_eq!(links(text), Vec::<&str>::new(), "{text}");
        }
        assert_eq!(links("a.com.https://b.com"), ["a.com", "https://b.com"]);
    }

    #[test]
    fn names_that_are_too_long_make_no_link() {
        let label = |length: usize| format!("https://{}.com/a", "a".repeat(length));
        assert_eq!(links(&label(63)), [label(63)]);
        assert_eq!(links(&label(64)), Vec::<&str>::new());
        // 60 characters of its own script, more than 63 as it is asked for.
        assert_eq!(links(&format!("https://{}.com", "ü".repeat(60))), Vec::<&str>::new());
        let slug = |length: usize| format!("https://t.co/{}", "a".repeat(length));
        assert_eq!(links(&slug(40)), [slug(40)]);
        assert_eq!(links(&slug(41)), Vec::<&str>::new());
    }

    #[test]
    fn the_longest_accepted_text_is_read_to_its_end() {
        for piece in ["a.", "http://", "http://a.", "example.com/(", "の.", ".", "http://の.com", ".http://"]
        {
            let text = piece.repeat(60_000 / piece.len());
            finite(piece, move || find_links(&text).len());
        }
    }
}
