use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::platform::Platform;
use diesel::prelude::*;

/// The sealed tokens of an account, and what they are bound to. `Debug` hides nothing that opens without a key.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = crate::db::schema::accounts)]
pub struct SealedAccount {
    pub id: AccountId,
    pub workspace_id: WorkspaceId,
    pub platform: Platform,
    pub remote_id: String,
    pub access_token_sealed: Option<String>,
    pub refresh_token_sealed: Option<String>,
}
