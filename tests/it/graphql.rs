//! The schema, through the real server.

mod accounts;
mod media;
mod people;
mod post_input;
mod posts;
mod subscriptions;
