//! Whom a node leaves alone for now, as claims are told.

use fanfare_domain::id::AccountId;
use fanfare_domain::platform::Platform;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Networks and accounts that rest, and for how much longer from now on: a time would depend on the node's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resting {
    /// Networks most of whose accounts fail.
    pub platforms: BTreeMap<Platform, Duration>,
    /// Accounts that fail again and again.
    pub accounts: BTreeMap<AccountId, Duration>,
    /// Accounts that a resting network answers all the same.
    pub sound: BTreeSet<AccountId>,
    /// Accounts that a resting network fails.
    pub failing: BTreeSet<AccountId>,
    /// How many accounts of which nothing is known may still try a resting network.
    pub probes: BTreeMap<Platform, usize>,
    /// How long an account waits that may not try yet.
    pub probe_again_in: Duration,
}

impl Resting {
    /// How long an account is left alone; `None`: it is not.
    pub fn wait(&self, platform: Platform, account: AccountId) -> Option<Duration> {
        let of_account = self.accounts.get(&account);
        let of_platform = self.platforms.get(&platform).filter(|_| !self.sound.contains(&account));
        of_account.max(of_platform).copied().filter(|wait| !wait.is_zero())
    }

    /// The same for an account that is about to be let through: one of which nothing is known tries a resting network,
    /// if not too many do.
    pub fn take(&mut self, platform: Platform, account: AccountId) -> Option<Duration> {
        let wait = self.wait(platform, account)?;
        if self.accounts.contains_key(&account) || self.failing.contains(&account) {
            return Some(wait);
        }
        match self.probes.get_mut(&platform) {
            Some(left) if *left > 0 => {
                *left -= 1;
                None
            }
            Some(_) => Some(self.probe_again_in.min(wait)),
            None => Some(wait),
        }
    }

    /// Leaves alone whom either of the two does.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (platform, wait) in other.platforms {
            let longest = self.platforms.entry(platform).or_default();
            *longest = wait.max(*longest);
        }
        for (account, wait) in other.accounts {
            let longest = self.accounts.entry(account).or_default();
            *longest = wait.max(*longest);
        }
        self.failing.extend(other.failing);
        let failing = &self.failing;
        self.sound.extend(other.sound);
        self.sound.retain(|account| !failing.contains(account));
        for (platform, probes) in other.probes {
            let fewest = self.probes.entry(platform).or_insert(probes);
            *fewest = probes.min(*fewest);
        }
        self.probe_again_in = self.probe_again_in.max(other.probe_again_in);
        self
    }
}
