use crate::schema::{media, post_media, target_media};
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{MediaId, PostId, TargetId, UserId, WorkspaceId};
use fanfare_domain::media::{MediaFacts, MediaKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An uploaded picture or video.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Serialize, Deserialize)]
#[diesel(table_name = media)]
pub struct Media {
    pub id: MediaId,
    pub workspace_id: WorkspaceId,
    /// Its name in the store; made here, never from a user's file name.
    pub storage_key: String,
    pub kind: MediaKind,
    pub mime_type: String,
    pub size_bytes: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    pub alt_text: Option<String>,
    pub file_name: Option<String>,
    pub created_at: Timestamp,
    /// How often it has changed, from 1.
    pub revision: i32,
}

impl Media {
    /// What users say of it, as the audit shows it.
    pub fn audited(&self) -> Value {
        json!({ "file_name": self.file_name, "alt_text": self.alt_text })
    }

    /// What a person knows the file by: its name in quotes, or its number.
    pub fn shown_name(&self) -> String {
        self.file_name.as_ref().map_or_else(|| self.id.to_string(), |name| format!("\"{name}\""))
    }

    /// What the networks' rules ask.
    pub fn facts(&self) -> MediaFacts {
        MediaFacts {
            kind: self.kind,
            mime_type: self.mime_type.clone(),
            size_bytes: self.size_bytes.try_into().unwrap_or(0),
            width: self.width.and_then(|w| w.try_into().ok()),
            height: self.height.and_then(|h| h.try_into().ok()),
            duration_ms: self.duration_ms.and_then(|d| d.try_into().ok()),
            alt_text: self.alt_text.clone(),
        }
    }
}

/// A medium about to be stored.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = media, treat_none_as_default_value = false)]
pub struct NewMedia {
    pub workspace_id: WorkspaceId,
    pub storage_key: String,
    pub kind: MediaKind,
    pub mime_type: String,
    pub size_bytes: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    pub alt_text: Option<String>,
    pub file_name: Option<String>,
    pub uploaded_by: Option<UserId>,
    pub created_at: Timestamp,
}

/// A medium of a post, in its order.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = post_media, treat_none_as_default_value = false)]
pub struct PostMedium {
    pub post_id: PostId,
    pub media_id: MediaId,
    pub workspace_id: WorkspaceId,
    pub position: i32,
}

/// A medium that one target has instead of the post's.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = target_media, treat_none_as_default_value = false)]
pub struct TargetMedium {
    pub target_id: TargetId,
    pub media_id: MediaId,
    pub workspace_id: WorkspaceId,
    pub position: i32,
}
