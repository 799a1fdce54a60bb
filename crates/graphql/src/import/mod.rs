//! Imports of posts from a file.

mod mutation;
mod object;

pub use mutation::ImportMutation;
pub use object::{Import, ImportConnection, ImportQuery, imports_of};
