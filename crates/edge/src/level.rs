//! Counts as gauges show them.

/// A gauge's value; what is more than 4 G is shown as 4 G.
pub fn level(count: usize) -> f64 {
    u32::try_from(count).unwrap_or(u32::MAX).into()
}
