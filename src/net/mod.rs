//! The only outgoing HTTP client: timeouts, bounded answers, tracing.

mod client;
mod error;

pub use client::{HttpClient, Reply};
pub use error::NetError;
