//! The writes that wait for the next transaction.

use fanfare_domain::id::JobId;
use fanfare_storage::DbError;
use fanfare_storage::command::run_write::{RunWrite, RunWritten};
use std::collections::{HashSet, VecDeque};
use tokio::sync::oneshot;

/// Writes in one transaction, at most: it must not hold what it locks for long.
pub const MOST: usize = 64;

/// What waits, and whether a task is at it.
#[derive(Default)]
pub struct Queue {
    waiting: VecDeque<Waiting>,
    at_work: bool,
}

/// A write whose caller waits for the answer, or has gone: it is written all the same.
pub struct Waiting {
    pub write: RunWrite,
    pub answer: oneshot::Sender<Result<RunWritten, DbError>>,
}

impl Waiting {
    /// Tells the caller what became of the write.
    pub fn end(self, outcome: Result<RunWritten, DbError>) {
        // Whoever has gone needs no answer.
        let _ = self.answer.send(outcome);
    }
}

impl Queue {
    /// Adds a write; answers whether the caller must start the task that writes.
    pub fn enter(&mut self, waiting: Waiting) -> bool {
        self.waiting.push_back(waiting);
        !std::mem::replace(&mut self.at_work, true)
    }

    /// Takes what goes together next, in its order; `None`: nothing waits, and the task ends. Of one job it takes only the
    /// first: the second is decided by what the first has left.
    pub fn take_group(&mut self) -> Option<Vec<Waiting>> {
        let mut jobs: HashSet<JobId> = HashSet::new();
        let (mut group, mut rest) = (Vec::new(), VecDeque::new());
        for waiting in self.waiting.drain(..) {
            if jobs.insert(waiting.write.lease.id) && group.len() < MOST {
                group.push(waiting);
            } else {
                rest.push_back(waiting);
            }
        }
        self.waiting = rest;
        self.at_work = !group.is_empty();
        self.at_work.then_some(group)
    }

    /// The task has died: who waits hears that nobody writes, and the next write starts another.
    pub fn abandon(&mut self) {
        self.waiting.clear();
        self.at_work = false;
    }
}
