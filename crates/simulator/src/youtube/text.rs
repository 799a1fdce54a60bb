//! What YouTube does to titles, descriptions and comments.

use crate::core::stored_text::{CONTROL, MORE_CONTROL, TextChanges};

/// YouTube takes out control characters and trims.
pub const CHANGES: TextChanges = TextChanges {
    removed: &[CONTROL, MORE_CONTROL, '\u{7f}'..='\u{7f}', '\u{feff}'..='\u{feff}'],
    composes: false,
    line_ends: usize::MAX,
};
