//! Posts and their targets.

mod creation;
pub mod posts;
pub mod sagas;
pub mod targets;
pub mod units;
