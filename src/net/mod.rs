//! The only outgoing HTTP client: timeouts, bounded answers, tracing.

mod client;
mod error;
pub mod tls;

pub use client::{HttpClient, Reply};
pub use error::NetError;
