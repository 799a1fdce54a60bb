use crate::schema::workspace_settings;
use chrono_tz::Tz;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::settings::{AutoReply, WorkspaceSettings};
use fanfare_domain::sql::Strings;

/// What a workspace has decided; its time zone stands with the workspace.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = workspace_settings, treat_none_as_null = true)]
pub struct SettingsRow {
    pub workspace_id: WorkspaceId,
    pub engagement_notifications: bool,
    pub banned_keywords: Strings,
    pub auto_reply_enabled: bool,
    pub auto_reply_text: Option<String>,
    pub auto_optimal_time: bool,
    pub updated_at: Timestamp,
    pub revision: i32,
}

impl SettingsRow {
    pub fn new(workspace_id: WorkspaceId, settings: &WorkspaceSettings, updated_at: Timestamp) -> Self {
        Self {
            workspace_id,
            engagement_notifications: settings.engagement_notifications,
            banned_keywords: Strings(settings.banned_keywords.clone()),
            auto_reply_enabled: settings.auto_reply.enabled,
            auto_reply_text: settings.auto_reply.text.clone(),
            auto_optimal_time: settings.auto_optimal_time,
            updated_at,
            revision: settings.revision,
        }
    }

    /// Together with the workspace's time zone.
    pub fn settings(self, time_zone: Tz) -> WorkspaceSettings {
        WorkspaceSettings {
            engagement_notifications: self.engagement_notifications,
            banned_keywords: self.banned_keywords.0,
            auto_reply: AutoReply { enabled: self.auto_reply_enabled, text: self.auto_reply_text },
            auto_optimal_time: self.auto_optimal_time,
            time_zone,
            revision: self.revision,
        }
    }
}
