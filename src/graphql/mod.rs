//! The GraphQL schema and what surrounds it. `<noun>.rs` holds a type, its queries and its mutations.

pub mod account;
pub mod account_connection;
pub mod connection;
pub mod consent_cookie;
pub mod context;
pub mod errors;
pub mod id;
pub mod limits;
pub mod loaders;
pub mod media;
pub mod mutation_key;
pub mod node;
pub mod people;
pub mod post;
pub mod post_input;
pub mod post_mutation;
pub mod post_query;
pub mod post_target;
pub mod publish_step;
pub mod saga;
pub mod scalars;
pub mod schema;
pub mod seq;
pub mod validation;
pub mod viewer;
pub mod workspace;
