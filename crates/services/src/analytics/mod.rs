//! Metrics of a workspace over a period, and the hours that suit an account.

mod optimal_times;
mod period_report;

pub use optimal_times::OptimalTimes;
pub use period_report::{AnalyticsInput, AnalyticsReport, AnalyticsReports};
pub(crate) use period_report::{Spans, instants, period};
