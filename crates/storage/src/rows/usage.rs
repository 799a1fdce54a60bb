use crate::schema::storage_reservations;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;

/// Room for a file that is on its way into the store.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = storage_reservations)]
pub struct NewStorageReservation {
    pub storage_key: String,
    pub workspace_id: WorkspaceId,
    pub size_bytes: i64,
    /// From then on it does not count: whoever made it is gone.
    pub expires_at: Timestamp,
}
