//! How the objects of the schema are resolved: the library, with a container resolver of our own.
//!
//! The library puts every field into a future on the heap, as large as the largest resolver of its object, and schedules
//! it. Most fields only read the row that their object holds. An object that is declared with
//! `#[Object(crate = "crate::execution")]` answers those at once and makes futures only for what may wait.

mod awaited;
mod container;

pub use async_graphql::*;

/// What the library's macros call, with [`resolve_container`](resolver_utils::resolve_container) replaced.
pub mod resolver_utils {
    pub use super::container::resolve_container;
    pub use async_graphql::resolver_utils::*;
}
