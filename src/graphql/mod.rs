//! The GraphQL schema and what surrounds it. `<noun>.rs` holds a type, its queries and its mutations.

pub mod connection;
pub mod context;
pub mod errors;
pub mod id;
pub mod limits;
pub mod loaders;
pub mod people;
pub mod scalars;
pub mod seq;
pub mod viewer;
pub mod workspace;
