//! Metrics as they are recorded, queued and summed up.

pub mod analytics;
pub mod queue;
pub mod recorded;

pub use recorded::*;
