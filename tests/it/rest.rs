//! The REST routes, through the real server.

mod coverage;
mod errors;
mod idempotency;
mod posts;
mod walk;
