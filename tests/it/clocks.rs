//! What is public is so once, whatever the servers' clocks do.

mod database;
mod nodes;
mod posts;
mod replies;
mod set_clock;
