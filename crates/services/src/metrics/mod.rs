//! Metrics of posts and accounts.

mod post_metrics;

pub use fanfare_storage::rows::{AccountMetricDay, TargetMetricPoint, TargetMetrics};
pub use post_metrics::{LONGEST_HISTORY_DAYS, Metrics};
