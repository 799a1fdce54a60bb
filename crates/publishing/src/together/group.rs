//! The task that commits what waits.

use super::queue::{Queue, Waiting};
use super::store::Store;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{JobId, PostId, StepId, WorkspaceId};
use fanfare_domain::post::Outcome;
use fanfare_domain::work::Lease;
use fanfare_storage::DbError;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::command::run_write::{RunEntry, RunWrite, RunWritten};
use fanfare_storage::rows::NewStep;
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::{Mutex as Turns, oneshot};

/// Commits the writes of runs, in groups where several wait.
///
/// A write is handed in once and written once, whether its caller waits for the answer or not; the answer comes after the
/// commit.
pub struct Together<S> {
    shared: Arc<Shared<S>>,
}

struct Shared<S> {
    store: S,
    queue: Mutex<Queue>,
    /// Held by the write that is written alone. It may wait for a lock of another transaction: with many at once the
    /// workers' connections would all wait, and no group could be written.
    alone: Turns<()>,
}

impl<S: Store> Together<S> {
    pub fn new(store: S) -> Self {
        Self { shared: Arc::new(Shared { store, queue: Mutex::default(), alone: Turns::default() }) }
    }

    /// Commits that a step is about to be sent, the lease with it, and how the step before it went; answers the step's row.
    pub async fn sent(
        &self,
        lease: Lease<JobId>,
        step: NewStep,
        settlement: Option<Settlement>,
    ) -> Result<StepId, DbError> {
        let clock = step.sent_at;
        self.write(RunWrite { lease, clock, entry: RunEntry::Sent { step, settlement } }).await?.step()
    }

    /// Commits how a step went, after which the run goes on.
    pub async fn settled(
        &self,
        lease: Lease<JobId>,
        settlement: Settlement,
        clock: Timestamp,
    ) -> Result<(), DbError> {
        self.write(RunWrite { lease, clock, entry: RunEntry::Settled(settlement) }).await?;
        Ok(())
    }

    /// Commits the end of a run, with its last step's settlement; answers the workspace and its newest event.
    pub async fn ended(
        &self,
        lease: Lease<JobId>,
        post: PostId,
        (settlement, outcome): (Option<Settlement>, Outcome),
        clock: Timestamp,
    ) -> Result<(WorkspaceId, Seq), DbError> {
        let entry = RunEntry::Ended { post, settlement, outcome };
        self.write(RunWrite { lease, clock, entry }).await?.end()
    }

    /// Commits a write, together with what waits at the same time.
    pub(super) async fn write(&self, write: RunWrite) -> Result<RunWritten, DbError> {
        let (answer, answered) = oneshot::channel();
        if self.shared.queue.lock().enter(Waiting { write, answer }) {
            tokio::spawn(work(Turn { shared: Arc::clone(&self.shared), ended: false }));
        }
        let gone = |_| DbError::Unavailable("the task that writes has died".to_owned());
        answered.await.map_err(gone)?
    }
}

/// The turn of the one task that commits. Dropped in its middle, it leaves nobody waiting.
struct Turn<S> {
    shared: Arc<Shared<S>>,
    ended: bool,
}

impl<S> Turn<S> {
    fn take_group(&mut self) -> Option<Vec<Waiting>> {
        let group = self.shared.queue.lock().take_group();
        self.ended = group.is_none();
        group
    }
}

impl<S> Drop for Turn<S> {
    fn drop(&mut self) {
        if !self.ended {
            self.shared.queue.lock().abandon();
        }
    }
}

/// Commits what waits, until nothing does.
async fn work<S: Store>(mut turn: Turn<S>) {
    while let Some(group) = turn.take_group() {
        let count = u64::try_from(group.len()).unwrap_or(u64::MAX);
        metrics::counter!("fanfare_publish_commits_total").increment(1);
        metrics::counter!("fanfare_publish_writes_total").increment(count);
        commit(&turn.shared, group).await;
    }
}

async fn commit<S: Store>(shared: &Arc<Shared<S>>, group: Vec<Waiting>) {
    let writes = group.iter().map(|waiting| waiting.write.clone()).collect();
    match shared.store.together(writes).await {
        Ok(written) => {
            let mut written = written.into_iter();
            for waiting in group {
                match written.next().flatten() {
                    Some(written) => waiting.end(Ok(written)),
                    None => alone(shared, waiting),
                }
            }
        }
        // It may have been committed. Written again, a step could stand in the ledger twice: each run decides for itself.
        Err(DbError::Unavailable(words)) => {
            for waiting in group {
                waiting.end(Err(DbError::Unavailable(words.clone())));
            }
        }
        Err(DbError::Full(words)) => {
            for waiting in group {
                waiting.end(Err(DbError::Full(words.clone())));
            }
        }
        // Nothing was written, perhaps for the fault of one: the others must not fail with it.
        Err(error) => {
            tracing::warn!(count = group.len(), %error, "writes of runs are not committed together but each alone");
            for waiting in group {
                alone(shared, waiting);
            }
        }
    }
}

/// Commits one write in a transaction of its own, one after the other; what waits for the next group does not wait for it.
fn alone<S: Store>(shared: &Arc<Shared<S>>, waiting: Waiting) {
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        let _turn = shared.alone.lock().await;
        metrics::counter!("fanfare_publish_commits_total").increment(1);
        let outcome = shared.store.alone(waiting.write.clone()).await;
        waiting.end(outcome);
    });
}
