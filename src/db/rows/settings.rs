use crate::db::schema::workspace_settings;
use crate::db::types::Strings;
use crate::domain::clock::Timestamp;
use crate::domain::id::WorkspaceId;
use crate::domain::settings::WorkspaceSettings;
use chrono_tz::Tz;
use diesel::prelude::*;

/// What a workspace has decided; its time zone stands with the workspace.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = workspace_settings)]
pub struct SettingsRow {
    pub workspace_id: WorkspaceId,
    pub engagement_notifications: bool,
    pub banned_keywords: Strings,
    pub updated_at: Timestamp,
}

impl SettingsRow {
    pub fn new(workspace_id: WorkspaceId, settings: &WorkspaceSettings, updated_at: Timestamp) -> Self {
        Self {
            workspace_id,
            engagement_notifications: settings.engagement_notifications,
            banned_keywords: Strings(settings.banned_keywords.clone()),
            updated_at,
        }
    }

    /// Together with the workspace's time zone.
    pub fn settings(self, time_zone: Tz) -> WorkspaceSettings {
        WorkspaceSettings {
            engagement_notifications: self.engagement_notifications,
            banned_keywords: self.banned_keywords.0,
            time_zone,
        }
    }
}
