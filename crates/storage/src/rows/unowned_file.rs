use crate::schema::unowned_files;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;

/// A file without a media row: on its way into the store, or to be deleted.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = unowned_files)]
pub struct NewUnownedFile {
    pub storage_key: String,
    pub workspace_id: WorkspaceId,
    pub size_bytes: i64,
    /// From then on the file is deleted, and counts no more as used storage.
    pub delete_at: Timestamp,
}
