//! Everything that has an id, found by it.

mod find;

pub use find::{Node, NodeQuery};
