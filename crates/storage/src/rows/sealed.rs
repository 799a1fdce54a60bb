use diesel::prelude::*;
use fanfare_domain::id::{AccountId, WorkspaceId};
use fanfare_domain::platform::Platform;

/// The sealed tokens of an account, and what they are bound to. `Debug` hides nothing that opens without a key.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = crate::schema::accounts)]
pub struct SealedAccount {
    pub id: AccountId,
    pub workspace_id: WorkspaceId,
    pub platform: Platform,
    pub remote_id: String,
    pub access_token_sealed: Option<String>,
    pub refresh_token_sealed: Option<String>,
}
