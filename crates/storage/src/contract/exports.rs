//! Exports: asked for, written in parts under a lease, fetched in parts.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{ExportId, PostId, WorkspaceId};
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::{ExportFilter, Window};
use fanfare_storage::rows::{Export, NewExport, Post};
use fanfare_storage::work::export::ExportChunk;
use fanfare_storage::work::part_lease::ClaimedParts;
use std::time::Duration;

contract! {
    trait Exports = exports;

    /// Stores an export for a worker to write. Under a known key the first result is answered again.
    write create(new: NewExport, actor: EventActor, key: Option<KeyedInput>, now: Timestamp) -> (Export, Seq);
    /// Takes the export that has waited longest. One that nobody can write is given up; its event is answered too.
    write claim(
        clock: Timestamp,
        lease_for: Duration,
    ) -> (Option<ClaimedParts<Export, ExportId>>, Option<(WorkspaceId, Seq)>);
    /// Writes the next part, with the place where the one behind it begins. A lease that is no longer held writes nothing.
    write append(lease: Lease<ExportId>, chunk: ExportChunk, clock: Timestamp) -> (Export, Seq);
    /// Exports by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[ExportId]) -> Vec<Export>;
    /// A window of the exports, newest first.
    read page(workspace: WorkspaceId, filter: &ExportFilter, window: &Window) -> Vec<Export>;
    /// How many exports a filter finds.
    read count(workspace: WorkspaceId, filter: &ExportFilter) -> i64;
    /// An export whose address was signed: the signature stands for the workspace.
    read signed(id: ExportId) -> Option<Export>;
    /// A part of a file.
    read chunk(workspace: WorkspaceId, id: ExportId, position: i32) -> Option<String>;
    /// Posts that were created from `from` to before `to`, behind a cursor, the oldest first.
    read posts_created(
        workspace: WorkspaceId,
        span: (Timestamp, Timestamp),
        cursor: Option<(Timestamp, PostId)>,
        limit: i64,
    ) -> Vec<Post>;
    /// How many posts were created from `from` to before `to`.
    read count_created(workspace: WorkspaceId, span: (Timestamp, Timestamp)) -> i64;
    /// Forgets exports that were asked for before `before`, with their files.
    write sweep(before: Timestamp) -> usize;
    /// Extends a held lease by `lease_for` from the database's present.
    write extend(lease: Lease<ExportId>, clock: Timestamp, lease_for: Duration) -> ();
    /// Gives a claim back, to be gone on with at `at`. `counted`: the claim counts as an attempt; else
    /// they begin again.
    write give_back(lease: Lease<ExportId>, at: Timestamp, counted: bool, clock: Timestamp) -> ();
    /// Leases that are overdue, at most `limit`, those first that end first.
    read lapsed(overdue: Overdue, limit: i64, clock: Timestamp) -> Vec<Lease<ExportId>>;
    /// Takes exports from holders that are gone; answers how many.
    write retake(lapsed: Lapsed<ExportId>) -> usize;
}
