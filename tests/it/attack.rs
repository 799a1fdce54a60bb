//! What clients with bad intentions try against the real server. Each bound is checked where the server counts it.

mod client_address;
mod connections;
mod crowd;
mod held_bodies;
mod late_bodies;
mod publish_scope;
mod read_floods;
mod simulator;
mod subscriptions;
mod uploads;
