//! What it costs to have texts judged.

/// The bytes of text for which a field that has it judged by the networks' rules costs one more.
pub const BYTES_A_POINT: u32 = 8 << 10;
