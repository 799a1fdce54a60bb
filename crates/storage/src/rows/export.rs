use super::progress::{Progress, progress};
use crate::schema::exports;
use chrono::NaiveDate;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::export::{ExportKind, ExportStatus};
use fanfare_domain::id::{ExportId, PostId, UserId, WorkspaceId};

/// A file that a workspace asked for, with how far it is written.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = exports)]
pub struct Export {
    pub id: ExportId,
    pub workspace_id: WorkspaceId,
    pub requested_by: Option<UserId>,
    pub kind: ExportKind,
    pub status: ExportStatus,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub from_at: Timestamp,
    /// Exclusive.
    pub to_at: Timestamp,
    /// In posts, or days.
    #[diesel(select_expression = progress!(exports), select_expression_type = progress!(exports))]
    pub progress: Progress,
    pub rows_written: i64,
    pub chunks: i32,
    pub cursor_at: Option<Timestamp>,
    pub cursor_id: Option<PostId>,
    pub attempts: i32,
    pub lease_token: i64,
}

/// An export about to be stored.
#[derive(Clone, Debug)]
pub struct NewExport {
    pub workspace_id: WorkspaceId,
    pub requested_by: UserId,
    pub kind: ExportKind,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub from_at: Timestamp,
    pub to_at: Timestamp,
}
