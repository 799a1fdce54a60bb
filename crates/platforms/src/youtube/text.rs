//! Texts as YouTube stores and shows them.

use crate::stored_text::{INVISIBLE, TextChanges};

/// YouTube trims titles, descriptions and comments, and where it shows HTML it escapes these. Links stay as they are.
pub(super) const CHANGES: TextChanges = TextChanges {
    removed: INVISIBLE,
    escaped: &[("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("#39;", '\'')],
    rewrites_links: false,
};
