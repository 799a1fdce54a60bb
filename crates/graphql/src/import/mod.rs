//! Imports of posts from a file.

mod mutation;
mod object;

pub use mutation::ImportMutation;
pub use object::{Import, ImportConnection, ImportProblem, ImportQuery, imports_of};
