//! Posts and their targets.

mod creation;
mod lists;
mod of_parents;
pub mod posts;
pub mod sagas;
pub mod targets;
pub mod units;
