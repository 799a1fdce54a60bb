//! What the hub reads. The table behind it is given by the layer that may see the database.

use async_trait::async_trait;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{Event, Seq};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::EventMark;

/// The log cannot be read now. The words are for our own log.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the event log cannot be read: {0}")]
pub struct LogError(pub String);

/// The durable log. What was committed before a call is in its answer.
#[async_trait]
pub trait EventLog: Send + Sync + 'static {
    /// The last positions of workspaces; one that does not exist is left out. One statement.
    async fn last_seqs(&self, workspaces: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, Seq)>, LogError>;

    /// At most `limit` events after a position, oldest first.
    async fn after(&self, workspace: WorkspaceId, seq: Seq, limit: u16) -> Result<Vec<Event>, LogError>;

    /// The same without what the events tell: a tenth of the reading.
    async fn marks_after(
        &self,
        workspace: WorkspaceId,
        seq: Seq,
        limit: u16,
    ) -> Result<Vec<EventMark>, LogError>;

    /// When the event at a position happened; `None` if the log no longer has it.
    async fn time_of(&self, workspace: WorkspaceId, seq: Seq) -> Result<Option<Timestamp>, LogError>;
}
