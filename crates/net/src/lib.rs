//! The only outgoing HTTP clients: timeouts, bounded answers, tracing. [`HttpClient`] goes where the operator says,
//! [`PublicFetcher`] where users say.

mod client;
mod error;
mod lookup;
mod loopback;
mod public_address;
mod public_fetch;
pub mod tls;

pub use client::{HttpClient, Reply};
pub use error::NetError;
pub use loopback::is_loopback;
pub use public_fetch::{FetchError, FetchLimits, FetchRules, PublicFetcher};
