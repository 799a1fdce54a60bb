//! A circuit breaker for each network: one that fails again and again rests, and delays nobody else.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::time::Duration;

/// The breakers of this node.
#[derive(Debug)]
pub struct Breakers {
    threshold: u32,
    open_for: Duration,
    states: Mutex<BTreeMap<Platform, State>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    failures_in_a_row: u32,
    open_until: Option<Timestamp>,
}

impl Breakers {
    pub fn new(threshold: u32, open_for: Duration) -> Self {
        Self { threshold: threshold.max(1), open_for, states: Mutex::default() }
    }

    /// The network answered sensibly.
    pub fn succeeded(&self, platform: Platform) {
        self.states.lock().remove(&platform);
    }

    /// The network failed. After a rest, one more failure opens the breaker again at once.
    pub fn failed(&self, platform: Platform, now: Timestamp) {
        let mut states = self.states.lock();
        let state = states.entry(platform).or_default();
        state.failures_in_a_row += 1;
        if state.failures_in_a_row >= self.threshold && state.open_until.is_none_or(|until| until <= now) {
            state.open_until = Some(now.plus(self.open_for));
            tracing::warn!(%platform, failures = state.failures_in_a_row, "circuit breaker opens");
        }
    }

    /// The networks that rest, and until when.
    pub fn resting(&self, now: Timestamp) -> BTreeMap<Platform, Timestamp> {
        let states = self.states.lock();
        let open = states.iter().filter_map(|(platform, state)| Some((*platform, state.open_until?)));
        open.filter(|(_, until)| *until > now).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_keeps_failing_rests_and_one_success_forgives_it() {
        let breakers = Breakers::new(3, Duration::from_secs(30));
        let now = Timestamp::from_micros(0).unwrap();
        for _ in 0..2 {
            breakers.failed(Platform::Twitter, now);
        }
        assert!(breakers.resting(now).is_empty());
        breakers.failed(Platform::Twitter, now);
        let until = now.plus(Duration::from_secs(30));
        assert_eq!(breakers.resting(now), BTreeMap::from([(Platform::Twitter, until)]));
        assert!(breakers.resting(until).is_empty(), "after its rest it is tried again");
        breakers.failed(Platform::Twitter, until);
        assert!(!breakers.resting(until).is_empty(), "one failure after the rest is enough");
        breakers.succeeded(Platform::Twitter);
        breakers.failed(Platform::Twitter, until);
        assert!(breakers.resting(until).is_empty());
    }
}
