//! Texts as Instagram stores and shows them.

use crate::stored_text::{INVISIBLE, TextChanges};

/// Instagram composes letters, takes out some invisible characters and trims. It escapes nothing and leaves links as
/// they are.
pub(super) const CHANGES: TextChanges =
    TextChanges { removed: INVISIBLE, escaped: &[], rewrites_links: false };
