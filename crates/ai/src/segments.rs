//! Cutting a text into words by simple rules, also where the script puts no spaces between them.

use fanfare_domain::x_text::find_links;

/// What kind of letters a stretch is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Latin and every other script with spaces between words.
    Spaced,
    Hangul,
    /// Chinese characters.
    Han,
    Katakana,
    /// Mostly endings and particles of Japanese.
    Hiragana,
}

/// A word and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    pub text: &'a str,
    pub script: Script,
    /// Whether only a space lies between it and the word before.
    pub follows: bool,
}

fn script(c: char) -> Option<Script> {
    match c {
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => Some(Script::Hangul),
        '\u{3041}'..='\u{309f}' => Some(Script::Hiragana),
        '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' => Some(Script::Katakana),
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '々' => Some(Script::Han),
        c if c.is_alphanumeric() || is_mark(c) => Some(Script::Spaced),
        _ => None,
    }
}

/// Marks that stand inside words of many scripts.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e4e}' | '_')
}

/// The words of a text, without its links and mentions.
pub fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    for link in find_links(text) {
        cut(text.get(from..link.start).unwrap_or_default(), &mut found);
        from = link.end;
    }
    cut(text.get(from..).unwrap_or_default(), &mut found);
    found
}

fn cut<'a>(text: &'a str, found: &mut Vec<Segment<'a>>) {
    let mut open: Option<(usize, Script)> = None;
    // Whether nothing but one space was met since the last word.
    let mut near = false;
    let mut mention = false;
    let mut letters = text.char_indices().peekable();
    let mut end = |from: usize, to: usize, script: Script, near: bool, mention: bool| {
        if let Some(word) = text.get(from..to).filter(|_| !mention) {
            found.push(Segment { text: word, script, follows: near });
        }
    };
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let inside = matches!(c, '\'' | '’' | '-' | '&')
            && matches!(open, Some((_, Script::Spaced)))
            && next.and_then(script) == Some(Script::Spaced);
        let now = if inside { Some(Script::Spaced) } else { script(c) };
        match (open, now) {
            (Some((_, was)), Some(now)) if was == now => {}
            (Some((from, was)), now) => {
                end(from, at, was, near, mention);
                near = now.is_some() || c == ' ';
                mention = false;
                open = now.map(|now| (at, now));
            }
            (None, Some(now)) => open = Some((at, now)),
            (None, None) => near = false,
        }
        if c == '@' {
            mention = true;
        }
    }
    if let Some((from, was)) = open {
        end(from, text.len(), was, near, mention);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        segments(text).into_iter().map(|segment| segment.text).collect()
    }

    #[test]
    fn words_end_at_spaces_and_where_the_script_changes() {
        assert_eq!(words("Don't miss our e-mail, R&D!"), ["Don't", "miss", "our", "e-mail", "R&D"]);
        assert_eq!(words("新しいカフェを東京で"), ["新", "しい", "カフェ", "を", "東京", "で"]);
        assert_eq!(words("카페 오픈 100% ok"), ["카페", "오픈", "100", "ok"]);
        assert_eq!(words("see https://example.com/path?q=1 @somebody now"), ["see", "now"]);
        assert_eq!(words("🎉 - ' &"), [""; 0]);
    }

    #[test]
    fn neighbours_are_told_from_words_of_different_sentences() {
        let found = segments("coffee shop. New beans");
        assert_eq!(found.iter().map(|it| it.follows).collect::<Vec<_>>(), [false, true, false, true]);
    }
}
