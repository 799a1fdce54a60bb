//! From text to a tree, and what is told where there is none.

use super::places::Places;
use super::refused::Fault;
use apollo_compiler::ast;
use apollo_compiler::diagnostic::ToCliReport as _;
use apollo_compiler::parser::Parser;

/// Values, types and selections inside one another. [`fanfare_query_limits::scan`] lets fewer brackets through; this
/// keeps the parser's stack small whatever those limits are set to.
const RECURSION: usize = 500;

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
pub fn parse(source: &str, places: &Places<'_>) -> Result<ast::Document, Vec<Fault>> {
    if source.split([' ', '\t', '\r', '\n', ',', '\u{feff}']).all(str::is_empty) {
        return Err(vec![Fault::new(
            "Syntax error: the document is empty; write an operation",
            places.at(0),
        )]);
    }
    Parser::new().recursion_limit(RECURSION).parse_ast(source, "").map_err(|fault| {
        // One fault leads to others; the first says what is wrong.
        let first = fault.errors.iter().next().map(|diagnostic| {
            let offset = diagnostic.error.location().map_or(0, |span| span.offset());
            let at = places.at(offset.min(source.len()));
            Fault::new(words(&diagnostic.error.to_string()), at)
        });
        first.into_iter().collect()
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
        parse(source, &places).err().unwrap().remove(0)
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
        assert!(parse(&source, &Places::new(&source)).is_err());
    }
}
