//! The server's edge: everything between a socket and the schema.

pub mod assets;
pub mod health;
mod answer;
mod caller;
mod edge;
mod gateway;
mod graphql;
mod middleware;
mod operation;
mod options;
mod parameters;
mod persisted;
mod problem;
mod router;
mod seats;
mod websocket;
pub use edge::Edge;
pub use gateway::{AuthFailure, Gateway, OverBudget, RequestScope};
pub use middleware::{RequestId, surround};
pub use options::EdgeOptions;
pub use router::router;
