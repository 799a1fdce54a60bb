//! Whose runs are at work on this node, so that their calls end when the account is disconnected.

use fanfare_domain::id::AccountId;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

/// The runs of this node.
#[derive(Debug, Default)]
pub struct AtWork {
    runs: Mutex<Runs>,
}

#[derive(Debug, Default)]
struct Runs {
    last: u64,
    by_number: BTreeMap<u64, (AccountId, CancellationToken)>,
}

/// A run at work; dropped, it is none any more.
#[derive(Debug)]
pub struct Run<'a> {
    at_work: &'a AtWork,
    number: u64,
    ended: CancellationToken,
}

impl AtWork {
    /// A run of an account begins.
    pub fn enter(&self, account: AccountId) -> Run<'_> {
        let (mut runs, ended) = (self.runs.lock(), CancellationToken::new());
        runs.last += 1;
        let number = runs.last;
        runs.by_number.insert(number, (account, ended.clone()));
        Run { at_work: self, number, ended }
    }

    /// The accounts that have a run.
    pub fn accounts(&self) -> Vec<AccountId> {
        let mut accounts: Vec<AccountId> =
            self.runs.lock().by_number.values().map(|(account, _)| *account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }

    /// Has the runs of some accounts end.
    pub fn end(&self, accounts: &[AccountId]) {
        for (account, ended) in self.runs.lock().by_number.values() {
            if accounts.contains(account) {
                ended.cancel();
            }
        }
    }
}

impl Run<'_> {
    /// Waits until the run is to end.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.at_work.runs.lock().by_number.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_runs_of_the_named_accounts_end_and_what_is_over_is_forgotten() {
        let at_work = AtWork::default();
        let (first, second, other) =
            (at_work.enter(AccountId(1)), at_work.enter(AccountId(1)), at_work.enter(AccountId(2)));
        assert_eq!(at_work.accounts(), [AccountId(1), AccountId(2)]);
        at_work.end(&[AccountId(1)]);
        assert!(first.ended.is_cancelled() && second.ended.is_cancelled() && !other.ended.is_cancelled());
        drop((first, second));
        assert_eq!(at_work.accounts(), [AccountId(2)]);
    }
}
