use super::progress::{Progress, progress};
use crate::schema::{import_lines, import_problems, imports};
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::csv_table::Line;
use fanfare_domain::id::{ImportId, ImportProblemId, UserId, WorkspaceId};
use fanfare_domain::import::{ImportColumn, ImportStatus};
use fanfare_domain::sql::Strings;
use fanfare_domain::user_error::UserErrorCode;

/// A file that posts are created from, with how far it is.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = imports)]
pub struct Import {
    pub id: ImportId,
    pub workspace_id: WorkspaceId,
    pub requested_by: Option<UserId>,
    pub file_name: Option<String>,
    pub dry_run: bool,
    pub status: ImportStatus,
    /// Of each line's cells, by [`ImportColumn::as_str`].
    pub heading: Strings,
    /// In lines.
    #[diesel(select_expression = progress!(imports), select_expression_type = progress!(imports))]
    pub progress: Progress,
    /// Posts.
    pub created: i64,
    /// Lines that were refused.
    pub failed: i64,
    pub attempts: i32,
    pub lease_token: i64,
}

/// A line that is still to be read.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_lines)]
pub struct ImportLine {
    pub import_id: ImportId,
    pub line: i32,
    pub workspace_id: WorkspaceId,
    pub cells: Strings,
}

/// What is wrong with a line.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = import_problems)]
pub struct ImportProblem {
    pub id: ImportProblemId,
    pub line: i32,
    pub field: Option<ImportColumn>,
    pub code: UserErrorCode,
    pub message: String,
    pub created_at: Timestamp,
}

/// The same, about to be stored.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = import_problems)]
pub struct NewImportProblem {
    pub import_id: ImportId,
    pub workspace_id: WorkspaceId,
    pub line: i32,
    pub field: Option<ImportColumn>,
    pub code: UserErrorCode,
    pub message: String,
    pub created_at: Timestamp,
}

/// An import about to be stored.
#[derive(Clone, Debug)]
pub struct NewImport {
    pub workspace_id: WorkspaceId,
    pub requested_by: UserId,
    pub file_name: Option<String>,
    pub dry_run: bool,
    pub columns: Vec<ImportColumn>,
    pub lines: Vec<Line>,
}
