//! Media files, campaigns, templates and settings.

use crate::campaign::CampaignStatus;
use crate::id::{CampaignId, MediaId, TemplateId};
use crate::platform::Platform;
use crate::template::TemplateCategory;
use serde::{Deserialize, Serialize};

/// A media file of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaPayload {
    pub media_id: MediaId,
    pub mime_type: String,
    pub size_bytes: i64,
    pub file_name: Option<String>,
}

/// A campaign after the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignPayload {
    pub campaign_id: CampaignId,
    pub name: String,
    pub status: CampaignStatus,
    /// How many posts changed with it.
    pub posts_changed: usize,
}

/// A template after the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplatePayload {
    pub template_id: TemplateId,
    pub name: String,
    pub platform: Option<Platform>,
    pub category: Option<TemplateCategory>,
}

/// The names of the settings that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPayload {
    pub changed: Vec<String>,
}
