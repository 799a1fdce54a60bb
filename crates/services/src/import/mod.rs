//! Imports of posts from a file.

mod file;
mod imports;
mod line;
mod names;

pub use imports::{ImportAtWork, ImportFile};
