//! Texts with `{placeholders}`. `{{` stands for a brace that is none, and so does `}}`; a single `}` stands for itself.

use std::collections::BTreeMap;

/// The longest name of a placeholder, in characters.
const LONGEST_NAME: usize = 50;

/// A part of a parsed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// The name: a letter or `_`, then letters, digits, `_` and `-`; at most 50 characters.
    Placeholder(String),
}

/// A brace that begins no placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrayBrace {
    /// The characters before it.
    pub at: usize,
}

/// Reads a text; the first brace that begins no placeholder is the error. Texts next to each other are one piece.
pub fn parse(text: &str) -> Result<Vec<Piece>, StrayBrace> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text.chars().enumerate().peekable();
    while let Some((at, c)) = rest.next() {
        let doubled = matches!(c, '{' | '}') && rest.next_if(|(_, next)| *next == c).is_some();
        if c != '{' || doubled {
            plain.push(c);
            continue;
        }
        let mut name = String::new();
        loop {
            match rest.next() {
                Some((_, '}')) if !name.is_empty() => break,
                Some((_, c)) if fits(&name, c) => name.push(c),
                _ => return Err(StrayBrace { at }),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        pieces.push(Piece::Placeholder(name));
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

/// Whether a name may continue with `c`.
fn fits(name: &str, c: char) -> bool {
    let first = c.is_alphabetic() || c == '_';
    let later = first || c.is_numeric() || c == '-';
    if name.is_empty() { first } else { later && name.chars().count() < LONGEST_NAME }
}

/// The names in the order in which they first appear.
pub fn names<'a>(pieces: impl IntoIterator<Item = &'a Piece>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in pieces {
        if let Piece::Placeholder(name) = piece
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

/// The text with its values. A placeholder without one stays as it was written; braces in values mean nothing.
pub fn fill(pieces: &[Piece], values: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Placeholder(name) => {
                if let Some(value) = values.get(name) {
                    text.push_str(value);
                } else {
                    text.push('{');
                    text.push_str(name);
                    text.push('}');
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom as _;
    use rand::{RngExt as _, SeedableRng as _};

    fn text(plain: &str) -> Piece {
        Piece::Text(plain.to_owned())
    }

    fn placeholder(name: &str) -> Piece {
        Piece::Placeholder(name.to_owned())
    }

    #[test]
    fn placeholders_are_found_and_doubled_braces_are_text() {
        let pieces = parse("Hi {name}, {{not}} {first-name2}{_x}{이름}!").unwrap();
        assert_eq!(
            pieces,
            [
                text("Hi "),
                placeholder("name"),
                text(", {not} "),
                placeholder("first-name2"),
                placeholder("_x"),
                placeholder("이름"),
                text("!"),
            ]
        );
        assert_eq!(parse("{{{a}}}").unwrap(), [text("{"), placeholder("a"), text("}")]);
        assert_eq!(parse("a } b }} c").unwrap(), [text("a } b } c")]);
        assert_eq!(parse("").unwrap(), []);
    }

    #[test]
    fn a_brace_that_begins_no_placeholder_is_named_by_its_place() {
        let long = format!("é{{{}}}", "x".repeat(51));
        for (bad, at) in [
            ("{", 0),
            ("é {}", 2),
            ("{a b}", 0),
            ("{1}", 0),
            ("{{{", 2),
            ("{a", 0),
            ("{a{b}}", 0),
            (&long, 1),
        ] {
            assert_eq!(parse(bad), Err(StrayBrace { at }), "{bad}");
        }
    }

    #[test]
    fn what_a_value_holds_is_not_read_again() {
        let pieces = parse("{a} and {b} and {c}").unwrap();
        let values = [("a", "{b}"), ("b", "{{x}}")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fill(&pieces, &values.into()), "{b} and {{x}} and {c}");
        assert_eq!(names(&parse("{b}{a}{b}").unwrap()), ["b", "a"]);
    }

    /// As a person would have to write the pieces.
    fn written(pieces: &[Piece]) -> String {
        let part = |piece: &Piece| match piece {
            Piece::Text(plain) => plain.replace('{', "{{").replace('}', "}}"),
            Piece::Placeholder(name) => format!("{{{name}}}"),
        };
        pieces.iter().map(part).collect()
    }

    #[test]
    fn any_pieces_that_are_written_are_read_back_and_any_text_is_read_or_refused() {
        const ALPHABET: &[char] =
            &['{', '}', '{', '}', 'a', 'Z', '_', '-', '7', ' ', '\n', 'é', '語', '🦀', '\u{301}'];
        let mut random = StdRng::seed_from_u64(7);
        let mut word = |longest: usize| -> String {
            let length = random.random_range(0..=longest);
            (0..length).filter_map(|_| ALPHABET.choose(&mut random)).collect()
        };
        for round in 0..20_000 {
            let mut pieces: Vec<Piece> = Vec::new();
            for _ in 0..4 {
                let plain = word(6);
                if !plain.is_empty() {
                    pieces.push(Piece::Text(plain));
                }
                let name = word(60);
                let name: String = name.chars().filter(|c| fits("x", *c)).take(LONGEST_NAME - 1).collect();
                pieces.push(Piece::Placeholder(format!("n{name}")));
            }
            let text = written(&pieces);
            assert_eq!(parse(&text), Ok(pieces.clone()), "round {round}: {text}");
            let unfilled = fill(&pieces, &BTreeMap::new());
            let values =
                names(&pieces).into_iter().map(|name| (name.clone(), format!("{{{name}}}"))).collect();
            assert_eq!(fill(&pieces, &values), unfilled, "round {round}: {text}");

            let noise = word(40);
            match parse(&noise) {
                Ok(read) => assert_eq!(parse(&written(&read)), Ok(read), "round {round}: {noise}"),
                Err(StrayBrace { at }) => {
                    assert_eq!(noise.chars().nth(at), Some('{'), "round {round}: {noise}");
                }
            }
        }
    }
}
