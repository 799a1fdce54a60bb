//! Posts and their targets.

mod creation;
mod lists;
pub mod posts;
pub mod sagas;
pub mod targets;
pub mod units;
