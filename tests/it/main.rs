//! The integration tests, one binary: each starts the real server or reads the tree.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is not as promised"
)]

mod architecture;
mod authorization;
mod databases;
mod edge;
mod graphql;
mod inbox;
mod keys;
mod licences;
mod platforms;
mod publishing;
mod reads;
mod rest;
mod secrets;
#[expect(dead_code, reason = "clients for what the server is going to answer")]
mod support;
mod wakeup;
