//! The log as the audit reads it. Its order is that of the commits, so that a window is cut by position alone.

use fanfare_domain::event::Seq;
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_storage::page::{AuditFilter, Window};
use fanfare_storage::rows::{AuditRow, User};

contract! {
    trait Audit = audit;

    /// A window of the log, newest first, with who did it: whoever that was then, member or not. Events about the sign-in
    /// of `reader` are among them, of nobody else.
    read page(
        workspace: WorkspaceId,
        reader: Option<UserId>,
        filter: &AuditFilter,
        window: &Window,
    ) -> Vec<(AuditRow, Option<User>)>;
    /// Entries by their positions, of every kind, whoever may read them.
    read by_seqs(workspace: WorkspaceId, seqs: &[Seq]) -> Vec<(AuditRow, Option<User>)>;
    /// How many entries a filter finds for a reader.
    read count(workspace: WorkspaceId, reader: Option<UserId>, filter: &AuditFilter) -> i64;
}
