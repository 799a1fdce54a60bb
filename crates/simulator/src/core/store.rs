//! State and journal together: what is read, and what is changed durably.

use super::answer::Refusal;
use super::journal::Journal;
use super::record::{Counter, Record};
use super::state::State;
use super::step::Step;
use fanfare_domain::platform::Platform;
use parking_lot::Mutex;
use std::io;
use std::path::PathBuf;

/// The durable state. The lock is never held across an `await`: reads and changes are plain functions.
pub struct Store {
    inner: Mutex<Inner>,
}

/// What the journal may grow to before it is written again, in bytes.
const LEAST_REWRITTEN: u64 = 16 << 20;

struct Inner {
    path: PathBuf,
    /// At which length the journal is written again without what was overwritten.
    rewrite_at: u64,
    state: State,
    /// `None` after [`Store::close`].
    journal: Option<Journal>,
}

/// A transaction: reads the state as it was before it, and collects what is to be written.
pub struct Transaction<'a> {
    pub state: &'a State,
    records: Vec<Record>,
    sequence: u64,
}

impl Transaction<'_> {
    pub fn put(&mut self, record: Record) {
        self.records.push(record);
    }

    /// A number that was never given out before.
    pub fn next_number(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Counts a request that arrived.
    pub fn received(&mut self, platform: Platform, remote_id: Option<&str>, step: Step) {
        self.count(platform, remote_id, step, (1, 0));
    }

    /// Counts a request that changed something: in the transaction that changes it.
    pub fn effective(&mut self, platform: Platform, remote_id: &str, step: Step) {
        self.count(platform, Some(remote_id), step, (0, 1));
    }

    fn count(&mut self, platform: Platform, remote_id: Option<&str>, step: Step, by: (u64, u64)) {
        let old = self.state.counter(platform, remote_id, step).map_or((0, 0), |c| (c.received, c.effective));
        self.put(Record::Counter(Counter {
            platform,
            remote_id: remote_id.map(str::to_owned),
            step,
            received: old.0 + by.0,
            effective: old.1 + by.1,
        }));
    }
}

/// Twice the length, so that each byte is written again once on average.
fn next_rewrite(journal: &Journal) -> u64 {
    journal.length().saturating_mul(2).max(LEAST_REWRITTEN)
}

impl Store {
    /// Replays the file and writes it again without what was overwritten.
    pub fn open(path: PathBuf) -> anyhow::Result<Self> {
        let mut state = State::default();
        let mut journal = Journal::open(&path, |record| state.apply(record))?;
        let mut compact = State::default();
        let records = state.records();
        journal.rewrite(&path, &records)?;
        for record in records {
            compact.apply(record);
        }
        let rewrite_at = next_rewrite(&journal);
        let inner = Inner { path, rewrite_at, state: compact, journal: Some(journal) };
        Ok(Self { inner: Mutex::new(inner) })
    }

    pub fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.inner.lock().state)
    }

    /// Runs a transaction. What it collected is in the file before this returns; a refusal writes nothing.
    pub fn transaction<T>(
        &self,
        run: impl FnOnce(&mut Transaction<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut inner = self.inner.lock();
        let inner = &mut *inner;
        let sequence = inner.state.sequence();
        let mut transaction = Transaction { state: &inner.state, records: Vec::new(), sequence };
        let outcome = run(&mut transaction)?;
        let Transaction { mut records, sequence: last, .. } = transaction;
        if last != sequence {
            records.push(Record::Sequence(last));
        }
        if !records.is_empty() {
            let journal =
                inner.journal.as_mut().ok_or_else(|| io::Error::other("the simulator is closed"))?;
            journal.append(&records)?;
            for record in records {
                inner.state.apply(record);
            }
            if journal.length() >= inner.rewrite_at {
                if let Err(error) = journal.rewrite(&inner.path, &inner.state.clone().records()) {
                    tracing::warn!(%error, "the simulator's journal stays as long as it is");
                }
                inner.rewrite_at = next_rewrite(journal);
            }
        }
        Ok(outcome)
    }

    /// Lets go of the file. Later changes fail.
    pub fn close(&self) {
        self.inner.lock().journal = None;
    }
}
