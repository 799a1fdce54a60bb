//! Reads which of the crate's modules a source file names. A scanner, not a parser: it knows comments, literals, test
//! items and paths, which is all that the import rule needs.

use std::collections::BTreeSet;

/// The top-level modules that `source` names outside comments, literals and `#[cfg(test)]` items: through `crate::`,
/// through `fanfare::` in `main.rs` (`depth` 0), or through a chain of `depth` `super::`. `depth` is the number of
/// modules on the file's own path.
pub fn imported_modules(source: &str, depth: usize) -> BTreeSet<String> {
    let tokens = without_test_items(&tokens(source));
    let mut found = BTreeSet::new();
    let mut open_braces = 0;
    // The inline modules around a token, each by the braces that are open in it: `super` leads out of them first.
    let mut inline = Vec::new();
    for at in 0..tokens.len() {
        match tokens[at].as_str() {
            "{" => {
                open_braces += 1;
                if at >= 2 && tokens[at - 2] == "mod" {
                    inline.push(open_braces);
                }
            }
            "}" => {
                inline.pop_if(|opened| *opened == open_braces);
                open_braces -= 1;
            }
            _ => {}
        }
        let follows_path = at > 0 && tokens[at - 1] == "::";
        if !follows_path && let Some(length) = root_path(&tokens[at..], depth, inline.len()) {
            found.extend(first_names(&tokens[at + length..]));
        }
    }
    found
}

/// The number of tokens of a path's beginning that leads to the crate's root.
fn root_path(tokens: &[String], depth: usize, inline: usize) -> Option<usize> {
    let begins = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|t| t == word) && tokens.get(at + 1).is_some_and(|t| t == "::")
    };
    if begins(0, "crate") || (depth == 0 && begins(0, "fanfare")) {
        return Some(2);
    }
    let supers = (0..tokens.len()).take_while(|n| begins(2 * n, "super")).count();
    (depth > 0 && supers >= depth + inline).then_some(2 * supers)
}

/// The first name after a path's `::`, or of each branch where braces follow. A macro's name is no module.
fn first_names(tokens: &[String]) -> Vec<String> {
    let is_name = |token: &&String| token.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '*');
    let Some(first) = tokens.first() else { return Vec::new() };
    if first != "{" {
        let is_macro = tokens.get(1).is_some_and(|next| next == "!");
        return Some(first).filter(is_name).filter(|_| !is_macro).cloned().into_iter().collect();
    }
    let mut names = Vec::new();
    let mut open = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" => open += 1,
            "}" => open -= 1,
            _ => {}
        }
        if open == 0 {
            break;
        }
        if open == 1 && (token == "{" || token == ",") {
            names.extend(tokens.get(at + 1).filter(is_name).filter(|name| *name != "self").cloned());
        }
    }
    names
}

/// Drops each item behind `#[cfg(test)]`: up to its closing brace, or its semicolon.
fn without_test_items(tokens: &[String]) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at..].iter().take(MARK.len()).eq(MARK.iter()) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += MARK.len();
        let mut open = 0;
        while at < tokens.len() {
            let token = tokens[at].as_str();
            at += 1;
            match token {
                "{" => open += 1,
                "}" => open -= 1,
                _ => {}
            }
            if open == 0 && (token == "}" || token == ";") {
                break;
            }
        }
    }
    kept
}

/// Names, `::` and single marks; comments and literals are left out.
fn tokens(source: &str) -> Vec<String> {
    let text: Vec<char> = source.chars().collect();
    let next_is = |at: usize, wanted: char| text.get(at + 1) == Some(&wanted);
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            '/' if next_is(at, '/') => at = end_of_line(&text, at),
            '/' if next_is(at, '*') => at = end_of_block_comment(&text, at),
            '"' => at = end_of_string(&text, at),
            '\'' => at = end_of_char_or_lifetime(&text, at),
            ':' if next_is(at, ':') => {
                found.push("::".to_owned());
                at += 2;
            }
            c if c.is_alphanumeric() || c == '_' => {
                let end = (at..text.len()).find(|&i| !(text[i].is_alphanumeric() || text[i] == '_'));
                let name: String = text[at..end.unwrap_or(text.len())].iter().collect();
                at += name.chars().count();
                match end_of_raw_string(&text, at, &name) {
                    Some(end) => at = end,
                    None => found.push(name),
                }
            }
            c => {
                if !c.is_whitespace() {
                    found.push(c.to_string());
                }
                at += 1;
            }
        }
    }
    found
}

fn end_of_line(text: &[char], from: usize) -> usize {
    (from..text.len()).find(|&i| text[i] == '\n').unwrap_or(text.len())
}

fn end_of_block_comment(text: &[char], from: usize) -> usize {
    let mut open = 0;
    let mut at = from;
    while at + 1 < text.len() {
        match (text[at], text[at + 1]) {
            ('/', '*') => open += 1,
            ('*', '/') => open -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if open == 0 {
            return at;
        }
    }
    text.len()
}

fn end_of_string(text: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < text.len() && text[at] != '"' {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// Behind the prefix `r`, `br` or `cr`: any number of `#`, a quote, the text, a quote, as many `#`.
fn end_of_raw_string(text: &[char], from: usize, prefix: &str) -> Option<usize> {
    let hashes = text[from..].iter().take_while(|c| **c == '#').count();
    if !["r", "br", "cr"].contains(&prefix) || text.get(from + hashes) != Some(&'"') {
        return None;
    }
    let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = from + hashes + 1;
    let length = text[body..].windows(closing.len()).position(|window| window == closing);
    Some(length.map_or(text.len(), |length| body + length + closing.len()))
}

fn end_of_char_or_lifetime(text: &[char], from: usize) -> usize {
    match (text.get(from + 1), text.get(from + 2)) {
        (Some('\\'), _) => (from + 3..text.len()).find(|&i| text[i] == '\'').map_or(text.len(), |i| i + 1),
        (Some(_), Some('\'')) => from + 3,
        _ => from + 1,
    }
}

#[test]
fn comments_and_literals_name_no_module() {
    let source = r##"
        // crate::a
        /* crate::b /* crate::c */ crate::d */
        const TEXT: (&str, &str, char, u8) = ("\" crate::e", r#"crate::f " "#, '"', b'\'');
        fn f<'a>(x: &'a str) -> crate::real::Thing<'a> { todo(x) }
    "##;
    assert_eq!(imported_modules(source, 1), BTreeSet::from(["real".to_owned()]));
}

#[test]
fn test_items_name_no_module() {
    let source =
        "#[cfg(test)] use crate::a::{B, C}; #[cfg(test)] #[rustfmt::skip] mod t { fn f() {} use crate::b; }
        use crate::c::D;";
    assert_eq!(imported_modules(source, 1), BTreeSet::from(["c".to_owned()]));
}

#[test]
fn super_leads_out_of_inline_modules_first() {
    let source = "mod prelude { use super::near; use super::super::far; } use super::also_far;";
    assert_eq!(imported_modules(source, 1), BTreeSet::from(["also_far".to_owned(), "far".to_owned()]));
}
