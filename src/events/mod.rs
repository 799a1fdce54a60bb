//! The durable log's fan-out to subscribers, and the wake-up between nodes.

mod hub;

pub use hub::Hub;
