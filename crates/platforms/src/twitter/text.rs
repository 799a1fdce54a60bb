//! Texts as X stores them.

/// A text of X's as it was written: X escapes three characters.
pub(super) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
