//! The simulator over a real socket, as its clients meet it.

mod faults;
mod inbox;
mod instagram;
mod journal;
mod oauth;
mod server;
mod twitter;
mod youtube;
