//! What Instagram does to captions, comments and messages.

use crate::core::stored_text::{CONTROL, MORE_CONTROL, TextChanges};

/// Instagram takes out control characters and byte-order marks, and trims.
pub const CHANGES: TextChanges = TextChanges {
    removed: &[CONTROL, MORE_CONTROL, '\u{7f}'..='\u{7f}', '\u{feff}'..='\u{feff}'],
    composes: true,
    line_ends: usize::MAX,
};
