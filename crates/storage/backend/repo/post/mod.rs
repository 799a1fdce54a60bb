//! Posts and their targets.

mod bulk;
mod creation;
mod job_times;
mod lists;
mod of_parents;
pub mod posts;
pub mod sagas;
pub mod targets;
pub mod units;
