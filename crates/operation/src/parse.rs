//! From text to a tree, and what is told where there is none.

use super::places::Places;
use super::refused::{Fault, Refused};
use apollo_compiler::ast;
use apollo_compiler::diagnostic::ToCliReport as _;
use apollo_compiler::parser::Parser;
use fanfare_query_limits::Limits;

/// Values, types and selections inside one another. [`fanfare_query_limits::scan`] lets fewer brackets through; this
/// keeps the parser's stack small whatever those limits are set to.
const RECURSION: usize = 500;
/// What the parser's lexer may read for each token that is allowed: it also counts spaces, commas, comments and
/// characters that are no token, all of which cost it time and memory.
const READ_PER_TOKEN: usize = 4;

/// How far a text is read. [`fanfare_query_limits::scan`] counts first; where a text is wrong, the parser may see tokens
/// where the scan saw the inside of a string.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// What the lexer reads at most: tokens and what stands between them.
    read: usize,
    /// Brackets inside one another.
    nesting: usize,
}

impl Bounds {
    /// Of the server's own documents.
    pub const OWN: Self = Self { read: usize::MAX, nesting: RECURSION };

    /// Of a client's document.
    pub fn of(limits: &Limits) -> Self {
        Self { read: limits.tokens.saturating_mul(READ_PER_TOKEN), nesting: limits.nesting.min(RECURSION) }
    }
}

/// What the parser calls its tokens.
const TOKENS: [(&str, &str); 15] = [
    ("R_CURLY", "`}`"),
    ("L_CURLY", "`{`"),
    ("R_PAREN", "`)`"),
    ("L_PAREN", "`(`"),
    ("R_BRACK", "`]`"),
    ("L_BRACK", "`[`"),
    ("COLON", "`:`"),
    ("BANG", "`!`"),
    ("DOLLAR", "`$`"),
    ("SPREAD", "`...`"),
    ("EQ", "`=`"),
    ("AT", "`@`"),
    ("NAME", "a name"),
    ("IDENT", "a name"),
    ("EOF", "the end of the document"),
];

/// Parses a document that was scanned.
pub fn parse(source: &str, places: &Places<'_>, bounds: Bounds) -> Result<ast::Document, Refused> {
    if source.split([' ', '\t', '\r', '\n', ',', '\u{feff}']).all(str::is_empty) {
        let words = "Syntax error: the document is empty; write an operation";
        return Err(Refused::syntax(vec![Fault::new(words, places.at(0))]));
    }
    let mut parser = Parser::new().recursion_limit(bounds.nesting).token_limit(bounds.read);
    let outcome = parser.parse_ast(source, "");
    if parser.tokens_reached() > bounds.read {
        let message =
            format!("The document has too many tokens, spaces and comments: the limit is {}", bounds.read);
        return Err(Refused::whole("QUERY_TOO_COMPLEX", message));
    }
    outcome.map_err(|fault| {
        // One fault leads to others; the first says what is wrong.
        let first = fault.errors.iter().next().map(|diagnostic| {
            let offset = diagnostic.error.location().map_or(0, |span| span.offset());
            let at = places.at(offset.min(source.len()));
            Fault::new(words(&diagnostic.error.to_string()), at)
        });
        Refused::syntax(first.into_iter().collect())
    })
}

/// The parser's message in a person's words.
fn words(message: &str) -> String {
    let message = message.strip_prefix("syntax error: ").unwrap_or(message);
    if message.contains("StringValue") {
        return "Syntax error: expected a query, a mutation, a subscription or a fragment".to_owned();
    }
    if message.contains("<EOF>") {
        return "Syntax error: the document has no operation".to_owned();
    }
    let mut told = String::new();
    for (index, word) in message.split(' ').enumerate() {
        if index > 0 {
            told.push(' ');
        }
        let (word, end) = word.strip_suffix(',').map_or((word, ""), |word| (word, ","));
        let token = TOKENS.iter().find(|(token, _)| *token == word);
        told.push_str(token.map_or(word, |(_, plain)| *plain));
        told.push_str(end);
    }
    format!("Syntax error: {told}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::Pos;

    fn fault(source: &str) -> Fault {
        let places = Places::new(source);
        let refused = parse(source, &places, Bounds::OWN).err().unwrap();
        assert_eq!(refused.code, "GRAPHQL_PARSE_FAILED");
        refused.faults.into_iter().next().unwrap()
    }

    #[test]
    fn a_fault_is_told_in_plain_words_and_at_its_place() {
        let found = fault("{\n  a(\n");
        assert!(found.message.starts_with("Syntax error: "), "{}", found.message);
        assert_eq!(found.locations.len(), 1);
        for source in [
            "{",
            "",
            "# nothing",
            "{a",
            "{a(b:)}",
            "query {",
            "hello",
            "{a b} }",
            "{a(b: \"\\uD83D\")}",
            "{a(b: 01)}",
        ] {
            let Fault { message, locations } = fault(source);
            let capitals = message.split(|c: char| !c.is_ascii_uppercase() && c != '_');
            assert!(!message.contains("executable_definition"), "{source}: {message}");
            assert!(!capitals.into_iter().any(|word| word.contains('_')), "{source}: {message}");
            assert!(locations.iter().all(|Pos { line, column }| *line > 0 && *column > 0), "{source}");
        }
    }

    #[test]
    fn the_parsers_names_of_tokens_are_not_told() {
        assert_eq!(
            words("syntax error: expected R_CURLY, got EOF"),
            "Syntax error: expected `}`, got the end of the document"
        );
        assert_eq!(words("syntax error: Unexpected <EOF>."), "Syntax error: the document has no operation");
    }

    #[test]
    fn nothing_that_is_nested_deep_overflows_the_stack() {
        let source = format!("{{a(b: {}{})}}", "[".repeat(20_000), "]".repeat(20_000));
        assert!(parse(&source, &Places::new(&source), Bounds::OWN).is_err());
    }

    #[test]
    fn what_a_scan_takes_for_a_string_is_not_read_without_end() {
        let bounds = Bounds::of(&Limits { tokens: 100, ..Limits::default() });
        let code = |source: &str| parse(source, &Places::new(source), bounds).err().map(|it| it.code);
        let many = "a ".repeat(1_000);
        for source in [
            // A bad escape: the parser ends the string at the next quote.
            format!("{{a(b: \"\\u\\\") {many}"),
            format!("{{a(b: \"\n\") {many}}}"),
            // Characters that are no token, or nothing but space between tokens.
            "\u{fefb}".repeat(1_000),
            ".".repeat(3_000),
            format!("{{a{}}}", ",".repeat(1_000)),
            format!("{}{{a}}", "#\n".repeat(1_000)),
        ] {
            assert_eq!(code(&source), Some("QUERY_TOO_COMPLEX"), "{}", source.get(..20).unwrap_or_default());
        }
        // Each token with a comma, a space and a comment behind it.
        assert_eq!(code(&format!("{{{}}}", "a,#\n".repeat(98))), None);
    }
}
