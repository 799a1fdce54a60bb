//! Circuit breakers. An account that fails again and again rests, and delays nobody else; where most accounts of a
//! network fail, the network rests, except for the accounts that it still answers.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::AccountId;
use fanfare_domain::platform::Platform;
use fanfare_storage::command::resting::Resting;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::time::Duration;

/// An account that was not called for this long says nothing of its network any more.
const LATELY: Duration = Duration::from_mins(10);
/// Accounts of which nothing is known that may try a resting network at the same time.
const PROBES: usize = 4;
/// How often in a rest an account has its turn that may not try yet: often enough that accounts which the network answers
/// are not five seconds late, where a few failing ones have opened its breaker.
const TURNS: u32 = 15;
/// A try that told nothing is over after this.
const PROBE_ENDS: Duration = Duration::from_mins(1);
/// A time that is further ahead than this was noted before the clock was set back.
const SET_BACK: Duration = Duration::from_secs(1);

/// When breakers open, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct BreakerRules {
    /// Failures of an account in a row that open its breaker. A network needs as many, of all its accounts together.
    pub threshold: u32,
    /// How many of the accounts that a network was asked for lately must fail for the network to rest, in percent.
    pub platform_percent: u32,
    pub open_for: Duration,
}

/// The breakers of this node.
#[derive(Debug)]
pub struct Breakers {
    rules: BreakerRules,
    networks: Mutex<BTreeMap<Platform, Network>>,
}

#[derive(Debug, Default)]
struct Network {
    accounts: BTreeMap<AccountId, Heard>,
    /// Accounts of which nothing is known and that try the network while it rests, since when.
    probes: BTreeMap<AccountId, Timestamp>,
    open_until: Option<Timestamp>,
}

/// What the last calls of an account came to.
#[derive(Clone, Copy, Debug)]
struct Heard {
    failures_in_a_row: u32,
    open_until: Option<Timestamp>,
    at: Timestamp,
}

impl Breakers {
    pub fn new(rules: BreakerRules) -> Self {
        let threshold = rules.threshold.max(1);
        Self { rules: BreakerRules { threshold, ..rules }, networks: Mutex::default() }
    }

    /// The network answered the account sensibly.
    pub fn succeeded(&self, platform: Platform, account: AccountId, now: Timestamp) {
        let mut networks = self.networks.lock();
        let network = networks.entry(platform).or_default();
        network.probes.remove(&account);
        network.accounts.insert(account, Heard { failures_in_a_row: 0, open_until: None, at: now });
        if !network.fails(self.rules, now) {
            network.open_until = None;
        }
    }

    /// The network failed. After a rest, one more failure opens the breaker again at once.
    pub fn failed(&self, platform: Platform, account: AccountId, now: Timestamp) {
        let BreakerRules { threshold, open_for, .. } = self.rules;
        let mut networks = self.networks.lock();
        let network = networks.entry(platform).or_default();
        network.probes.remove(&account);
        let fresh = Heard { failures_in_a_row: 0, open_until: None, at: now };
        let heard = network.accounts.entry(account).or_insert(fresh);
        heard.failures_in_a_row = heard.failures_in_a_row.saturating_add(1);
        heard.at = now;
        if heard.failures_in_a_row >= threshold && rest(heard.open_until, now, open_for).is_none() {
            heard.open_until = Some(now.plus(open_for));
            tracing::warn!(%platform, %account, "circuit breaker of an account opens");
        }
        if rest(network.open_until, now, open_for).is_none() && network.fails(self.rules, now) {
            network.open_until = Some(now.plus(open_for));
            tracing::warn!(%platform, "circuit breaker of a network opens: most of its accounts fail");
        }
    }

    /// The account has been let through to try a network that rests.
    pub fn probing(&self, platform: Platform, account: AccountId, now: Timestamp) {
        let mut networks = self.networks.lock();
        if let Some(network) = networks.get_mut(&platform)
            && rest(network.open_until, now, self.rules.open_for).is_some()
            && !network.accounts.contains_key(&account)
        {
            network.probes.insert(account, now);
        }
    }

    /// Whether the network as a whole is out of order.
    pub fn is_out(&self, platform: Platform, now: Timestamp) -> bool {
        let left = |network: &Network| rest(network.open_until, now, self.rules.open_for);
        self.networks.lock().get(&platform).and_then(left).is_some()
    }

    /// Who is left alone, and for how long.
    pub fn resting(&self, now: Timestamp) -> Resting {
        let open_for = self.rules.open_for;
        let mut resting = Resting { probe_again_in: open_for / TURNS, ..Resting::default() };
        for (platform, network) in self.networks.lock().iter() {
            let left =
                |(id, heard): (&AccountId, &Heard)| Some((*id, rest(heard.open_until, now, open_for)?));
            resting.accounts.extend(network.accounts.iter().filter_map(left));
            if let Some(left) = rest(network.open_until, now, open_for) {
                resting.platforms.insert(*platform, left);
                resting.probes.insert(*platform, PROBES.saturating_sub(network.probing(now)));
                for (id, heard) in &network.accounts {
                    let known =
                        if heard.failures_in_a_row == 0 { &mut resting.sound } else { &mut resting.failing };
                    known.insert(*id);
                }
            }
        }
        resting
    }
}

impl Network {
    /// Whether most of the accounts that it was asked for lately fail, and often enough together.
    fn fails(&mut self, rules: BreakerRules, now: Timestamp) -> bool {
        let lately = LATELY.max(rules.open_for);
        self.accounts.retain(|_, heard| is_within(heard.at, now, lately));
        let failing: Vec<u32> = self
            .accounts
            .values()
            .map(|heard| heard.failures_in_a_row)
            .filter(|failures| *failures > 0)
            .collect();
        let failures = failing.iter().fold(0_u32, |sum, failures| sum.saturating_add(*failures));
        let share = failing.len().saturating_mul(100);
        let wanted =
            self.accounts.len().saturating_mul(usize::try_from(rules.platform_percent).unwrap_or(100));
        failures >= rules.threshold && share >= wanted
    }

    fn probing(&self, now: Timestamp) -> usize {
        self.probes.values().filter(|since| is_within(**since, now, PROBE_ENDS)).count()
    }
}

/// How much of a rest is left; `None`: it is over. One that seems to last longer than a rest does began before the clock
/// was set back.
fn rest(open_until: Option<Timestamp>, now: Timestamp, open_for: Duration) -> Option<Duration> {
    let left = open_until?.since(now);
    (!left.is_zero() && left <= open_for + SET_BACK).then_some(left)
}

/// Whether something that was noted at `at` is not older than `age`.
fn is_within(at: Timestamp, now: Timestamp, age: Duration) -> bool {
    at.since(now) <= SET_BACK && now.since(at) < age
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const X: Platform = Platform::Twitter;
    const REST: Duration = Duration::from_secs(30);

    fn breakers(threshold: u32) -> Breakers {
        Breakers::new(BreakerRules { threshold, platform_percent: 60, open_for: REST })
    }

    fn now() -> Timestamp {
        Timestamp::from_micros(0).unwrap()
    }

    fn wait(breakers: &Breakers, account: i64, now: Timestamp) -> Option<Duration> {
        breakers.resting(now).wait(X, AccountId(account))
    }

    #[test]
    fn an_account_that_keeps_failing_rests_and_one_success_forgives_it() {
        let (breakers, now) = (breakers(3), now());
        breakers.succeeded(X, AccountId(2), now);
        for _ in 0..2 {
            breakers.failed(X, AccountId(1), now);
        }
        assert_eq!(wait(&breakers, 1, now), None);
        breakers.failed(X, AccountId(1), now);
        assert_eq!(wait(&breakers, 1, now), Some(REST));
        let later = now.plus(REST);
        assert_eq!(wait(&breakers, 1, later), None, "after its rest it is tried again");
        breakers.failed(X, AccountId(1), later);
        assert_eq!(wait(&breakers, 1, later), Some(REST), "one failure after the rest is enough");
        breakers.succeeded(X, AccountId(1), later);
        breakers.failed(X, AccountId(1), later);
        assert_eq!(wait(&breakers, 1, later), None);
    }

    #[test]
    fn accounts_that_fail_delay_no_account_that_is_answered() {
        let (breakers, now) = (breakers(2), now());
        for account in 1..=6 {
            breakers.failed(X, AccountId(account), now);
            breakers.failed(X, AccountId(account), now);
        }
        assert!(breakers.is_out(X, now), "all of its accounts fail");
        assert_eq!(wait(&breakers, 1, now), Some(REST));
        let mut resting = breakers.resting(now);
        assert_eq!(resting.take(X, AccountId(7)), None, "who is not known tries");
        breakers.succeeded(X, AccountId(7), now);
        assert_eq!(wait(&breakers, 7, now), None, "who is answered does not wait, though the network rests");
        for account in 8..=12 {
            breakers.succeeded(X, AccountId(account), now);
        }
        assert!(!breakers.is_out(X, now), "half of its accounts are answered");
        assert_eq!(wait(&breakers, 13, now), None);
        assert_eq!(wait(&breakers, 1, now), Some(REST));
    }

    #[test]
    fn a_few_unknown_accounts_try_a_network_that_rests_and_the_others_wait_a_little() {
        let (breakers, now) = (breakers(2), now());
        for _ in 0..2 {
            breakers.failed(X, AccountId(1), now);
        }
        breakers.probing(X, AccountId(2), now);
        let mut resting = breakers.resting(now);
        let waits: BTreeSet<Option<Duration>> =
            (10..20).map(|account| resting.take(X, AccountId(account))).collect();
        assert_eq!(waits, BTreeSet::from([None, Some(REST / TURNS)]));
        let mut resting = breakers.resting(now);
        let let_through = (10..20).filter(|account| resting.take(X, AccountId(*account)).is_none());
        assert_eq!(let_through.count(), PROBES - 1, "one is at it");
        assert_eq!(breakers.resting(now).wait(Platform::Youtube, AccountId(3)), None, "another network");
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_lengthen_a_rest() {
        let breakers = breakers(2);
        let late = now().plus(Duration::from_hours(1));
        for _ in 0..2 {
            breakers.failed(X, AccountId(1), late);
        }
        breakers.probing(X, AccountId(2), late);
        assert_eq!(wait(&breakers, 1, late), Some(REST));
        assert_eq!(wait(&breakers, 1, now()), None);
        assert!(!breakers.is_out(X, now()));
        for _ in 0..2 {
            breakers.failed(X, AccountId(3), now());
        }
        assert_eq!(wait(&breakers, 3, now()), Some(REST), "it rests again as it is meant to");
        assert_eq!(breakers.resting(now()).probes.get(&X), Some(&PROBES), "the try of before is over");
    }

    #[test]
    fn an_account_rests_as_long_as_it_is_meant_to_while_others_are_called() {
        let long = BreakerRules { threshold: 2, platform_percent: 60, open_for: LATELY * 3 };
        let (breakers, now) = (Breakers::new(long), now());
        for account in 2..=4 {
            breakers.succeeded(X, AccountId(account), now);
        }
        for _ in 0..2 {
            breakers.failed(X, AccountId(1), now);
        }
        let later = now.plus(LATELY * 2);
        breakers.succeeded(X, AccountId(2), later);
        assert_eq!(wait(&breakers, 1, later), Some(LATELY));
    }
}
