//! The fenced blocks of a page in Markdown.

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The line of its fence, from 1.
    pub line: usize,
    /// What stands after the fence, such as `json answer`.
    pub kind: String,
    pub text: String,
}

/// The blocks of a page, in their order. A block inside a list loses the list's indentation.
///
/// # Panics
/// If a block is not closed.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Block)> = None;
    for (number, line) in (1..).zip(page.lines()) {
        let fence = line.trim_start();
        match open.take() {
            None => {
                if let Some(kind) = fence.strip_prefix("```") {
                    let block = Block { line: number, kind: kind.trim().to_owned(), text: String::new() };
                    open = Some((line.len() - fence.len(), block));
                }
            }
            Some((_, block)) if fence.trim_end() == "```" => found.push(block),
            Some((indentation, mut block)) => {
                block.text.push_str(line.get(indentation..).unwrap_or_default());
                block.text.push('\n');
                open = Some((indentation, block));
            }
        }
    }
    assert!(open.is_none(), "a block is not closed: {open:?}");
    found
}

#[test]
fn blocks_are_found_with_their_kinds_and_without_the_indentation_of_lists() {
    let page = "# A\n```sh\nmake\n```\n\n1. b\n\n   ```json answer\n   {\n     \"c\": 1\n\n   }\n   ```\n";
    let block = |line, kind: &str, text: &str| Block { line, kind: kind.to_owned(), text: text.to_owned() };
    assert_eq!(blocks(page), [block(2, "sh", "make\n"), block(8, "json answer", "{\n  \"c\": 1\n\n}\n")]);
}
