//! Everything that has an id, found by it.

mod find;
mod object;
mod place;

pub use find::NodeQuery;
pub use object::Node;
