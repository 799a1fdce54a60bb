//! Counts tokens in the text, without parsing.

use super::{Limits, Refusal};

/// Refuses a text with more tokens, or more brackets open at once, than `limits` allow.
///
/// Any other text that is no GraphQL passes: the parser says what is wrong with it. Not so a block string without its
/// end: the parser would go back, read its quotes as empty strings and take what follows for tokens that were not
/// counted here. Nor a string that begins with a line break, which the parser takes for a string.
pub fn scan(source: &str, limits: &Limits) -> Result<(), Refusal> {
    let mut rest = source.as_bytes();
    let (mut tokens, mut open) = (0_usize, 0_usize);
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF => {
                rest = after;
                continue;
            }
            b'#' => {
                rest = skip_while(after, |b| b != b'\n' && b != b'\r');
                continue;
            }
            b'"' => skip_string(after).map_err(|what| Refusal::Syntax {
                what: what.to_owned(),
                offset: source.len() - rest.len(),
            })?,
            b'{' | b'[' | b'(' => {
                open += 1;
                if open > limits.nesting {
                    return Err(Refusal::over("The document nests too deep", limits.nesting));
                }
                after
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                after
            }
            b'.' => skip_while(after, |b| b == b'.'),
            b'0'..=b'9' | b'-' => skip_number(rest),
            b if is_word(b) => {
                let end = skip_while(after, is_word);
                tokens += repeated_keywords(rest);
                end
            }
            _ => after,
        };
        tokens += 1;
        if tokens > limits.tokens {
            return Err(Refusal::over("The document has too many tokens", limits.tokens));
        }
    }
    Ok(())
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What follows the number at the start of `bytes`. The parser wants no space between two numbers: `00-1` are three.
fn skip_number(bytes: &[u8]) -> &[u8] {
    let digits = |bytes| skip_while(bytes, |b: u8| b.is_ascii_digit());
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let mut rest = unsigned.strip_prefix(b"0").unwrap_or_else(|| digits(unsigned));
    if let Some(fraction) = rest.strip_prefix(b".").filter(|f| f.first().is_some_and(u8::is_ascii_digit)) {
        rest = digits(fraction);
    }
    if let Some((b'e' | b'E', exponent)) = rest.split_first() {
        let exponent = match exponent.split_first() {
            Some((b'+' | b'-', unsigned)) => unsigned,
            _ => exponent,
        };
        if exponent.first().is_some_and(u8::is_ascii_digit) {
            rest = digits(exponent);
        }
    }
    rest
}

/// How many keywords beyond the first the word at the start of `bytes` begins with: the parser takes `truetrue` for
/// two values.
fn repeated_keywords(bytes: &[u8]) -> usize {
    let keywords: [&[u8]; 3] = [b"true", b"false", b"null"];
    let (mut rest, mut found) = (bytes, 0_usize);
    while let Some(after) = keywords.iter().find_map(|keyword| rest.strip_prefix(*keyword)) {
        (rest, found) = (after, found + 1);
    }
    found.saturating_sub(1)
}

fn skip_while(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes.iter().position(|&b| !wanted(b)).unwrap_or(bytes.len());
    bytes.get(end..).unwrap_or_default()
}

/// What follows a string whose opening quote has been read; what is wrong with one that the parser would read otherwise.
fn skip_string(bytes: &[u8]) -> Result<&[u8], &'static str> {
    if let Some(block) = bytes.strip_prefix(b"\"\"") {
        return skip_block(block).ok_or("A block string has no end");
    }
    // The parser would let this one line break through.
    if let Some(b'\n' | b'\r') = bytes.first() {
        return Err("A string has a line break: write a block string");
    }
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'"' => return Ok(after),
            b'\\' => rest = after.get(1..).unwrap_or_default(),
            b'\n' | b'\r' => return Ok(rest),
            _ => rest = after,
        }
    }
    Ok(rest)
}

/// What follows a block string whose opening quotes have been read; `None` where it has no end.
fn skip_block(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    loop {
        if let Some(after) = rest.strip_prefix(b"\"\"\"") {
            return Some(after);
        }
        rest = rest.strip_prefix(b"\\\"\"\"").or_else(|| rest.get(1..))?;
    }
}
