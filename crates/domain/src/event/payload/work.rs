//! Exports and imports.

use crate::export::{ExportKind, ExportStatus};
use crate::id::{ExportId, ImportId};
use crate::import::ImportStatus;
use serde::{Deserialize, Serialize};

/// How far an export is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportPayload {
    pub export_id: ExportId,
    pub export_kind: ExportKind,
    pub status: ExportStatus,
    pub done: i64,
    pub total: i64,
    pub rows: i64,
    /// Why it failed.
    pub reason: Option<String>,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPayload {
    pub import_id: ImportId,
    pub file_name: Option<String>,
    pub dry_run: bool,
    pub status: ImportStatus,
    pub total: i64,
    pub done: i64,
    pub created: i64,
    pub failed: i64,
    /// Why it stopped before its last row.
    pub reason: Option<String>,
}
