//! Media files, campaigns, templates and settings.

use super::{Deleted, Payload};
use crate::campaign::Campaign;
use crate::event::field_name;
use crate::media::Media;
use crate::scalars::{BigInt, GlobalId as _};
use crate::template::Template;
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::campaign::CampaignStatus;
use fanfare_domain::event::payload::{CampaignPayload, MediaPayload, SettingsPayload, TemplatePayload};
use fanfare_domain::platform::Platform;
use fanfare_domain::template::TemplateCategory;

/// Payload of MEDIA_UPLOADED and MEDIA_UPDATED.
#[Object(name = "MediaEventPayload")]
impl Payload<'_, MediaPayload> {
    /// The media file. Null if it was deleted.
    async fn media(&self, ctx: &Context<'_>) -> Result<Option<Media>> {
        self.media_of(ctx, self.stored.media_id).await
    }

    /// Its MIME type.
    async fn mime_type(&self) -> &str {
        &self.stored.mime_type
    }

    /// Its size in bytes.
    async fn size_bytes(&self) -> BigInt {
        BigInt(self.stored.size_bytes)
    }

    /// Its file name. Null if it has none.
    async fn file_name(&self) -> Option<&str> {
        self.stored.file_name.as_deref()
    }
}

/// Payload of MEDIA_DELETED.
#[Object(name = "MediaDeletedEventPayload")]
impl Deleted<'_, MediaPayload> {
    /// The id that the media file had.
    async fn deleted_media_id(&self) -> ID {
        self.0.media_id.global()
    }

    /// Its MIME type.
    async fn mime_type(&self) -> &str {
        &self.0.mime_type
    }

    /// Its size in bytes.
    async fn size_bytes(&self) -> BigInt {
        BigInt(self.0.size_bytes)
    }

    /// Its file name. Null if it had none.
    async fn file_name(&self) -> Option<&str> {
        self.0.file_name.as_deref()
    }
}

/// Payload of CAMPAIGN_CREATED, CAMPAIGN_UPDATED, CAMPAIGN_PAUSED, CAMPAIGN_RESUMED and CAMPAIGN_COMPLETED.
#[Object(name = "CampaignEventPayload")]
impl Payload<'_, CampaignPayload> {
    /// The campaign. Null if it was deleted.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Option<Campaign>> {
        self.campaign_of(ctx, self.stored.campaign_id).await
    }

    /// Its name after the event.
    async fn name(&self) -> &str {
        &self.stored.name
    }

    /// Its status after the event.
    async fn status(&self) -> CampaignStatus {
        self.stored.status
    }

    /// How many posts changed with it.
    async fn posts_changed(&self) -> i32 {
        i32::try_from(self.stored.posts_changed).unwrap_or(i32::MAX)
    }
}

/// Payload of CAMPAIGN_DELETED.
#[Object(name = "CampaignDeletedEventPayload")]
impl Deleted<'_, CampaignPayload> {
    /// The id that the campaign had.
    async fn deleted_campaign_id(&self) -> ID {
        self.0.campaign_id.global()
    }

    /// The name that it had.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The status that it had.
    async fn status(&self) -> CampaignStatus {
        self.0.status
    }

    /// How many posts have no campaign any more.
    async fn posts_changed(&self) -> i32 {
        i32::try_from(self.0.posts_changed).unwrap_or(i32::MAX)
    }
}

/// Payload of TEMPLATE_CREATED and TEMPLATE_UPDATED.
#[Object(name = "TemplateEventPayload")]
impl Payload<'_, TemplatePayload> {
    /// The template. Null if it was deleted.
    async fn template(&self, ctx: &Context<'_>) -> Result<Option<Template>> {
        self.template_of(ctx, self.stored.template_id).await
    }

    /// Its name after the event.
    async fn name(&self) -> &str {
        &self.stored.name
    }

    /// The platform that it is for. Null if it is for any.
    async fn platform(&self) -> Option<Platform> {
        self.stored.platform
    }

    /// Its category. Null if it has none.
    async fn category(&self) -> Option<TemplateCategory> {
        self.stored.category
    }
}

/// Payload of TEMPLATE_DELETED.
#[Object(name = "TemplateDeletedEventPayload")]
impl Deleted<'_, TemplatePayload> {
    /// The id that the template had.
    async fn deleted_template_id(&self) -> ID {
        self.0.template_id.global()
    }

    /// The name that it had.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The platform that it was for. Null if it was for any.
    async fn platform(&self) -> Option<Platform> {
        self.0.platform
    }

    /// The category that it had. Null if it had none.
    async fn category(&self) -> Option<TemplateCategory> {
        self.0.category
    }
}

/// Payload of SETTINGS_UPDATED.
#[Object(name = "SettingsEventPayload")]
impl Payload<'_, SettingsPayload> {
    /// The names of the settings that changed, such as `timeZone`.
    async fn changed(&self) -> Vec<String> {
        self.stored.changed.iter().map(|stored| field_name(stored)).collect()
    }
}
