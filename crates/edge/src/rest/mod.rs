//! The REST layer: a table in which each route is data, and what turns a request into a GraphQL operation's variables
//! and the operation's data into an answer. No business rule and no SQL: every route runs its operation against the
//! schema that `/graphql` serves.
//!
//! What a route's operation in `operations/` can say, so that no code has to:
//! - an alias gives a field its name in the answer; other names become snake_case;
//! - an object under an alias that begins with `_` stands for its fields, which go into the object around it; of a
//!   list, the first item does;
//! - an object with one field, aliased `_`, stands for that field's value;
//! - a list of objects with a field aliased `_key` is an object: each of them is found under its `_key`.

mod answer;
mod compile;
mod compiled;
mod convert;
mod error;
mod given;
pub mod http;
mod input_type;
mod items;
mod names;
pub mod openapi;
mod paging;
mod rate_headers;
mod request;
mod route;
mod routes;
mod schema_types;
mod shape;
mod table;
#[cfg(test)]
mod tests;
mod user_errors;
mod variables;
mod view;

pub use compiled::{CompiledRoute, Operation};
pub use error::{Field, RestError};
pub use given::Given;
pub use paging::{Page, RETRIEVED_AT};
pub use rate_headers::{tell_rate, tells_rate};
pub use request::{Prepared, prepare};
pub use route::{Access, Body, Paging, Route, Verb};
pub use routes::ROUTES;
pub use table::Table;
pub use view::{Shown, View};
