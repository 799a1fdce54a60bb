//! Logs and metrics of the process.

mod log;
mod metrics;

pub use log::{Enduring, init_log};
pub use metrics::{install_metrics, keep_metrics};
