//! Posts and their targets.

pub mod posts;
pub mod sagas;
pub mod targets;
pub mod units;
