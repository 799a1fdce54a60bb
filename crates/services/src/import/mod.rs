//! Imports of posts from a file.

mod file;
mod imports;
mod line;
mod names;

pub use fanfare_storage::rows::{Import, ImportProblem};
pub use imports::{AllImports, ImportFile, Imports};
