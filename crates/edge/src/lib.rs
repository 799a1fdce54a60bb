//! The server's edge: everything between a socket and the schema.

#![expect(
    clippy::match_same_arms,
    reason = "cases that differ stand apart, also where their answer is the same"
)]
#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]
#![expect(clippy::needless_pass_by_value, reason = "errors are taken whole, as `map_err` gives them")]
#![expect(clippy::similar_names, reason = "`types` and what is `typed` by them: the plain words")]
#![expect(clippy::unnecessary_wraps, reason = "functions of one kind keep one form")]
#![cfg_attr(test, expect(clippy::unused_async, reason = "functions of one kind keep one form"))]

mod answer;
pub mod assets;
pub mod auth_routes;
mod byte_range;
mod caller;
mod edge;
mod either_end;
mod entity_tag;
mod event_answers;
pub mod exports;
mod finished;
mod flights;
mod forwarded;
mod gateway;
mod graphql;
pub mod health;
mod level;
mod live;
pub mod media;
mod media_type;
mod middleware;
mod named;
mod next_look;
pub mod oauth;
mod operation;
mod options;
mod parameters;
mod persisted;
pub mod personal_data;
mod presence;
mod problem;
mod refusal;
mod repeated;
mod request_body;
mod request_id;
pub mod rest;
mod router;
mod seats;
mod server;
mod signed_file;
mod site;
mod sse;
mod stream_body;
mod subscriber;
mod subscription_places;
#[cfg(test)]
mod tests;
pub mod unknown;
mod uploads;
mod websocket;
mod whole_answers;
mod whole_body;

pub use edge::Edge;
pub use gateway::{AuthFailure, Gateway, OverBudget, RequestScope, Told};
pub use middleware::surround;
pub use options::{EdgeOptions, StatusCodes};
pub use request_body::Pace;
pub use request_id::RequestId;
pub use router::router;
pub use server::{ServeOptions, serve};
