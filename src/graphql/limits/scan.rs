//! Counts tokens in the text, without parsing.

use super::{Limits, Refusal};

/// Refuses a text with more tokens, or more brackets open at once, than `limits` allow.
///
/// A text that is no GraphQL at all passes: the parser says what is wrong with it.
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
            b'"' => skip_string(after),
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
            b'0'..=b'9' | b'-' => skip_while(after, |b| is_word(b) || b == b'.'),
            b if is_word(b) => skip_while(after, is_word),
            _ => after,
        };
        tokens += 1;
        if tokens > limits.tokens {
            return Err(Refusal::over("The document has too many tokens", limits.tokens));
        }
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+')
}

fn skip_while(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes.iter().position(|&b| !wanted(b)).unwrap_or(bytes.len());
    bytes.get(end..).unwrap_or_default()
}

/// What follows a string whose opening quote has been read.
fn skip_string(bytes: &[u8]) -> &[u8] {
    if let Some(mut block) = bytes.strip_prefix(b"\"\"") {
        while !block.is_empty() {
            if let Some(after) = block.strip_prefix(b"\\\"\"\"") {
                block = after;
            } else if let Some(after) = block.strip_prefix(b"\"\"\"") {
                return after;
            } else {
                block = block.get(1..).unwrap_or_default();
            }
        }
        return block;
    }
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'"' => return after,
            b'\\' => rest = after.get(1..).unwrap_or_default(),
            b'\n' | b'\r' => return rest,
            _ => rest = after,
        }
    }
    rest
}
