//! The GraphQL schema and what surrounds it. A folder a noun: its type, inputs, payloads and resolvers.

// The roots of the schema are chains of the nouns' own: each noun makes the type of a resolver deeper.
#![recursion_limit = "256"]

pub mod account;
pub mod analytics;
pub mod api_key;
pub mod audit;
pub mod calendar;
pub mod campaign;
pub mod connection;
pub mod event;
pub mod export;
pub mod import;
pub mod inbox;
pub mod media;
pub mod node;
pub mod person;
pub mod post;
pub mod progress;
pub mod request;
pub mod scalars;
pub mod schema;
pub mod settings;
pub mod template;
pub mod workspace;
pub mod writing;
