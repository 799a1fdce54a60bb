//! How far work is that is done in parts.

mod object;

pub use object::Progress;
