//! The REST routes, through the real server.

mod coverage;
mod csv;
mod errors;
mod idempotency;
mod plain_meaning;
mod posts;
mod uploads;
mod walk;
