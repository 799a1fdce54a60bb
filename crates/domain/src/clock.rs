//! Time as the product stores it, and the clock that tests can set.

mod followed;

pub use followed::FollowedClock;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;

/// An instant in UTC, in whole microseconds: the resolution of both databases.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub DateTime<Utc>);

impl Timestamp {
    /// Cuts what is finer than a microsecond. A leap second is the second behind it, as both databases keep it.
    pub fn new(at: DateTime<Utc>) -> Self {
        Self::from_micros(at.timestamp_micros()).unwrap_or_else(|| Self(at.trunc_subsecs(6)))
    }

    /// `None` outside the years that chrono can hold.
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Self)
    }

    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// Saturates at the end of representable time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        TimeDelta::from_std(duration)
            .ok()
            .and_then(|delta| self.0.checked_add_signed(delta))
            .map_or(Self(DateTime::<Utc>::MAX_UTC), Self::new)
    }

    /// Saturates at the beginning of representable time.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        TimeDelta::from_std(duration)
            .ok()
            .and_then(|delta| self.0.checked_sub_signed(delta))
            .map_or(Self(DateTime::<Utc>::MIN_UTC), Self::new)
    }

    /// The end of the window that it lies in; windows of a length, of at least a microsecond, follow one another from
    /// 1970 on.
    #[must_use]
    pub fn window_end(self, length: Duration) -> Self {
        let length = i64::try_from(length.as_micros()).unwrap_or(i64::MAX).max(1);
        let passed = self.micros().rem_euclid(length);
        self.plus(Duration::from_micros(length.saturating_sub(passed).unsigned_abs()))
    }

    /// Time from `earlier` to `self`; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        (self.0 - earlier.0).to_std().unwrap_or(Duration::ZERO)
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    }
}

/// Where the product reads the time. Nothing else may ask the operating system.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// The clock handed to every part.
pub type SharedClock = Arc<dyn Clock>;

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place where the time comes from")]
        Timestamp::new(Utc::now())
    }
}
/// Rounded up: whoever waits so many seconds has waited long enough.
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_at_a_whole_number_of_its_length() {
        let end = |micros: i64| {
            let at = Timestamp::from_micros(micros).unwrap();
            at.window_end(Duration::from_secs(10)).micros()
        };
        assert_eq!(
            (end(0), end(1), end(9_999_999), end(10_000_000)),
            (10_000_000, 10_000_000, 10_000_000, 20_000_000)
        );
        assert_eq!((end(-1), end(-10_000_000)), (0, 0));
    }
}
