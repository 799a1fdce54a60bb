//! What is public is so once, whatever the servers' clocks do.

mod nodes;
mod posts;
mod replies;
mod set_clock;
