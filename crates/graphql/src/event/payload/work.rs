//! Exports and imports.

use super::{Payload, count};
use crate::export::Export;
use crate::import::Import;
use crate::scalars::BigInt;
use async_graphql::{Context, Object, Result};
use fanfare_domain::event::payload::{ExportPayload, ImportPayload};
use fanfare_domain::export::{ExportKind, ExportStatus};
use fanfare_domain::import::ImportStatus;

/// Payload of EXPORT_PROGRESS, EXPORT_READY and EXPORT_FAILED.
#[Object(name = "ExportEventPayload")]
impl Payload<'_, ExportPayload> {
    /// The export. Null once it is deleted, seven days after it was requested.
    async fn data_export(&self, ctx: &Context<'_>) -> Result<Option<Export>> {
        self.export_of(ctx, self.stored.export_id).await
    }

    /// What it holds.
    async fn export_kind(&self) -> ExportKind {
        self.stored.export_kind
    }

    /// Its status after the event.
    async fn status(&self) -> ExportStatus {
        self.stored.status
    }

    /// Posts, or days, that were written.
    async fn done(&self) -> BigInt {
        BigInt(self.stored.done)
    }

    /// Posts, or days, that are to be written.
    async fn total(&self) -> BigInt {
        BigInt(self.stored.total)
    }

    /// Rows of the file so far, without the header.
    async fn rows(&self) -> BigInt {
        BigInt(self.stored.rows)
    }

    /// Why it failed. Null if it did not.
    async fn reason(&self) -> Option<&str> {
        self.stored.reason.as_deref()
    }
}

/// Payload of IMPORT_PROGRESS and IMPORT_FINISHED.
#[Object(name = "ImportEventPayload")]
impl Payload<'_, ImportPayload> {
    /// The import. Null once it is deleted, thirty days after it was requested.
    async fn post_import(&self, ctx: &Context<'_>) -> Result<Option<Import>> {
        self.import_of(ctx, self.stored.import_id).await
    }

    /// The file's name. Null if it has none.
    async fn file_name(&self) -> Option<&str> {
        self.stored.file_name.as_deref()
    }

    /// Whether its rows are only validated, and nothing is stored.
    async fn dry_run(&self) -> bool {
        self.stored.dry_run
    }

    /// Its status after the event.
    async fn status(&self) -> ImportStatus {
        self.stored.status
    }

    /// Rows of the file, at most 10,000.
    async fn total(&self) -> i32 {
        count(self.stored.total)
    }

    /// Rows that were read.
    async fn done(&self) -> i32 {
        count(self.stored.done)
    }

    /// Posts that were created.
    async fn created(&self) -> i32 {
        count(self.stored.created)
    }

    /// Rows that were refused.
    async fn failed(&self) -> i32 {
        count(self.stored.failed)
    }

    /// Why it stopped before its last row. Null if it did not.
    async fn reason(&self) -> Option<&str> {
        self.stored.reason.as_deref()
    }
}
