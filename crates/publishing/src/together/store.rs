//! Where runs write.

use fanfare_storage::command::run_write::{RunEntry, RunWrite, RunWritten};
use fanfare_storage::{Db, DbError};
use std::future::Future;
use std::time::Duration;

/// What commits the writes of runs. Each is fenced by its lease.
pub trait Store: Send + Sync + 'static {
    /// Commits writes of different jobs in one transaction; answers what each came to, in their order. `None`: it is not
    /// among what was written, and must be written alone. An error: nothing was written; after [`DbError::Unavailable`] and
    /// [`DbError::Full`] that is not certain.
    fn together(
        &self,
        writes: Vec<RunWrite>,
    ) -> impl Future<Output = Result<Vec<Option<RunWritten>>, DbError>> + Send;

    /// Commits one write. [`DbError::Fenced`]: its lease is no longer held, and nothing was written.
    fn alone(&self, write: RunWrite) -> impl Future<Output = Result<RunWritten, DbError>> + Send;
}

/// The database.
pub struct StoredRuns {
    pub db: Db,
    /// For how long the lease of a step that is about to be sent is extended.
    pub lease_for: Duration,
}

impl Store for StoredRuns {
    async fn together(&self, writes: Vec<RunWrite>) -> Result<Vec<Option<RunWritten>>, DbError> {
        self.db.run_writes().commit(self.lease_for, writes).await
    }

    async fn alone(&self, write: RunWrite) -> Result<RunWritten, DbError> {
        let RunWrite { lease, clock, entry } = write;
        match entry {
            RunEntry::Sent { step, settlement } => {
                let sent = self.db.ledger().sent(lease, self.lease_for, step, settlement).await;
                sent.map(RunWritten::Sent)
            }
            RunEntry::Settled(settlement) => {
                self.db.ledger().settle(lease, settlement, clock).await.map(|()| RunWritten::Settled)
            }
            RunEntry::Ended { post, settlement, outcome } => {
                let written = self.db.outcomes().finish(lease, post, settlement, outcome, clock).await;
                written.map(|(workspace, seq)| RunWritten::Ended(workspace, seq))
            }
        }
    }
}
