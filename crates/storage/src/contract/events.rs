//! The durable log. A workspace's counter is taken last in a transaction, so that it is locked for the shortest time
//! and its order is the order of the commits.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{ActivityKind, LogReader, Seq};
use fanfare_domain::id::WorkspaceId;
use fanfare_storage::rows::EventRow;

contract! {
    trait Events = events;

    /// The last position of a workspace's log.
    read last_seq(workspace: WorkspaceId) -> Seq;
    /// The last positions of the logs that have subscribers here: the hub's sweep.
    read last_seqs(workspaces: &[WorkspaceId]) -> Vec<(WorkspaceId, Seq)>;
    /// Events after a position, oldest first.
    read after(workspace: WorkspaceId, seq: Seq, limit: i64) -> Vec<EventRow>;
    /// The newest events up to a position that a reader sees, newest first.
    read latest(workspace: WorkspaceId, reader: LogReader, up_to: Seq, limit: i64) -> Vec<EventRow>;
    /// What kinds of events follow a position, and when they happened; oldest first.
    read marks_after(workspace: WorkspaceId, seq: Seq, limit: i64) -> Vec<(Seq, ActivityKind, Timestamp)>;
    /// When the event at a position happened; `None` if there is none.
    read time_of(workspace: WorkspaceId, seq: Seq) -> Option<Timestamp>;
}
