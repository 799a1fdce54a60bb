//! The GraphQL schema and what surrounds it.

pub mod limits;
pub mod seq;
