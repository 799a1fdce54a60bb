//! Imports: stored with their lines, worked on in parts under a lease. A line is there until the transaction that stores
//! its post, or its problems: a worker that dies loses and doubles none.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{ImportId, ImportProblemId, WorkspaceId};
use fanfare_domain::quota::PostQuota;
use fanfare_domain::work::{Lapsed, Lease, Overdue};
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::page::Window;
use fanfare_storage::rows::{Import, ImportLine, ImportProblem, NewImport};
use fanfare_storage::work::import::ImportPart;
use fanfare_storage::work::part_lease::ClaimedParts;
use std::time::Duration;

contract! {
    trait Imports = imports;

    /// Stores an import for a worker to go through. Under a known key the first result is answered again.
    write create(new: NewImport, actor: EventActor, key: Option<KeyedInput>, now: Timestamp) -> (Import, Seq);
    /// Takes the import that has waited longest. One that nobody can go through is given up; its event is answered too.
    write claim(
        clock: Timestamp,
        lease_for: Duration,
    ) -> (Option<ClaimedParts<Import, ImportId>>, Option<(WorkspaceId, Seq)>);
    /// The lines that come next.
    read next_lines(workspace: WorkspaceId, id: ImportId, limit: i64) -> Vec<ImportLine>;
    /// Stores what the next lines came to, and forgets the lines. A lease that is no longer held writes nothing. `at`
    /// is the time by which the posts' own times were validated.
    write advance(lease: Lease<ImportId>, part: ImportPart, quota: PostQuota, at: Timestamp) -> (Import, Seq);
    /// Ends an import that must not continue, with the reason.
    write give_up(lease: Lease<ImportId>, reason: &str, clock: Timestamp) -> (Import, Seq);
    /// Ends an import for a person. The posts that it has created stay.
    write cancel(workspace: WorkspaceId, id: ImportId, actor: EventActor, now: Timestamp) -> (Import, Seq);
    /// Imports by id; those of other workspaces are left out.
    read by_ids(workspace: WorkspaceId, ids: &[ImportId]) -> Vec<Import>;
    /// A window of a workspace's imports, the newest first.
    read page(workspace: WorkspaceId, window: &Window) -> Vec<Import>;
    /// How many imports a workspace has.
    read count(workspace: WorkspaceId) -> i64;
    /// A window of an import's problems, in the order of the lines.
    read problems(workspace: WorkspaceId, id: ImportId, window: &Window) -> Vec<ImportProblem>;
    /// Problems of imports by id; those of other workspaces are left out.
    read problems_by_ids(workspace: WorkspaceId, ids: &[ImportProblemId]) -> Vec<ImportProblem>;
    /// How many problems an import has.
    read count_problems(workspace: WorkspaceId, id: ImportId) -> i64;
    /// Forgets imports that were asked for before `before`, with their problems.
    write sweep(before: Timestamp) -> usize;
    /// Extends a held lease by `lease_for` from the database's present.
    write extend(lease: Lease<ImportId>, clock: Timestamp, lease_for: Duration) -> ();
    /// Gives a claim back, to be gone on with at `at`. `counted`: the claim counts as an attempt; else
    /// they begin again.
    write give_back(lease: Lease<ImportId>, at: Timestamp, counted: bool, clock: Timestamp) -> ();
    /// Leases that are overdue, at most `limit`, those first that end first.
    read lapsed(overdue: Overdue, limit: i64, clock: Timestamp) -> Vec<Lease<ImportId>>;
    /// Takes imports from holders that are gone; answers how many.
    write retake(lapsed: Lapsed<ImportId>) -> usize;
}
