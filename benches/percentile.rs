//! Percentiles of measured times.

use std::time::Duration;

/// Times, in order.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The nearest-rank percentile in milliseconds, `percent` of 1 to 100; zero where nothing was measured.
    pub fn millis(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
        self.0.get(rank).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }
}
