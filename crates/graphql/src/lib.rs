//! The GraphQL schema and what surrounds it. A folder a noun: its type, inputs, payloads and resolvers.

#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]
#![expect(clippy::needless_pass_by_value, reason = "errors are taken whole, as `map_err` gives them")]
#![expect(clippy::struct_field_names, reason = "fields are named as in the schema")]
#![expect(clippy::unnecessary_wraps, reason = "functions of one kind keep one form")]
#![expect(clippy::unused_async, reason = "functions of one kind keep one form")]
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
pub mod execution;
pub mod export;
pub mod import;
pub mod inbox;
pub mod invitation;
pub mod media;
mod message;
pub mod node;
pub mod person;
pub mod post;
pub mod progress;
pub mod request;
pub mod scalars;
pub mod schema;
pub mod settings;
pub mod template;
pub mod versioned;
pub mod workspace;
pub mod writing;
