use crate::schema::{api_key_secrets, api_keys};
use diesel::prelude::*;
use fanfare_domain::api_key::{ApiKeyScope, ApiKeyStatus};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{ApiKeyId, UserId, WorkspaceId};
use fanfare_domain::sql::Strings;

/// A key that a program uses in a person's name.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = api_keys)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub name: String,
    /// Of the newest secret.
    pub prefix: String,
    pub scopes: Strings,
    pub created_at: Timestamp,
    /// When the newest secret ends; `None`: never.
    pub expires_at: Option<Timestamp>,
    pub rotated_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// Late by up to a minute.
    pub last_used_at: Option<Timestamp>,
}

impl ApiKey {
    /// A scope that this version does not know allows nothing.
    pub fn known_scopes(&self) -> Vec<ApiKeyScope> {
        self.scopes.0.iter().filter_map(|scope| ApiKeyScope::parse(scope)).collect()
    }

    pub fn status(&self, now: Timestamp) -> ApiKeyStatus {
        if self.revoked_at.is_some() {
            ApiKeyStatus::Revoked
        } else if self.expires_at.is_some_and(|at| at <= now) {
            ApiKeyStatus::Expired
        } else {
            ApiKeyStatus::Active
        }
    }
}

/// A key about to be stored.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = api_keys)]
pub struct NewApiKey {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub name: String,
    pub prefix: String,
    pub scopes: Strings,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// A secret of a key: its hash only.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = api_key_secrets)]
pub struct ApiKeySecretRow {
    pub secret_hash: String,
    /// When this secret ends; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// A secret about to be stored.
#[derive(Clone, Debug)]
pub struct NewApiKeySecret {
    pub prefix: String,
    pub secret_hash: String,
    /// `None`: never.
    pub expires_at: Option<Timestamp>,
}
