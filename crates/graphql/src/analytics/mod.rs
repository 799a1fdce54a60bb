//! A workspace's metrics over a period, and the hours that suit an account.

mod object;
mod optimal_times;

pub use object::{Analytics, AnalyticsArgs, AnalyticsQuery, analytics_of};
pub use optimal_times::OptimalTimesQuery;
