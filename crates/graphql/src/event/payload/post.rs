//! Posts, their targets and the media that they wait for.

use super::{Deleted, Payload};
use crate::account::Account;
use crate::media::Media;
use crate::post::{Post, PostTarget, TargetError};
use crate::scalars::{BigInt, DateTime, GlobalId as _, Url};
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::event::payload::{
    MediaFailed, MediaReady, PostDeleted, PostPayload, PostStatusChanged, TargetPayload,
};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{PostStatus, TargetStatus};

/// Payload of POST_CREATED, POST_UPDATED, POST_SCHEDULED and POST_CANCELLED.
#[Object(name = "PostEventPayload")]
impl Payload<'_, PostPayload> {
    /// The post. Null if it was deleted.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<Post>> {
        self.post_of(ctx, self.stored.post_id).await
    }

    /// The beginning of the post's text then.
    async fn content(&self) -> &str {
        &self.stored.content
    }

    /// The time for which it was scheduled then. Null if it had none.
    async fn scheduled_at(&self) -> Option<DateTime> {
        self.stored.scheduled_at.map(DateTime)
    }

    /// The post's status after the event.
    async fn post_status(&self) -> PostStatus {
        self.stored.post_status
    }
}

/// Payload of POST_DELETED.
#[Object(name = "PostDeletedEventPayload")]
impl Deleted<'_, PostDeleted> {
    /// The id that the post had.
    async fn deleted_post_id(&self) -> ID {
        self.0.post_id.global()
    }

    /// The beginning of its text.
    async fn content(&self) -> &str {
        &self.0.content
    }
}

/// Payload of POST_STATUS_CHANGED.
#[Object(name = "PostStatusChangedEventPayload")]
impl Payload<'_, PostStatusChanged> {
    /// The post. Null if it was deleted.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<Post>> {
        self.post_of(ctx, self.stored.post_id).await
    }

    /// The beginning of the post's text then.
    async fn content(&self) -> &str {
        &self.stored.content
    }

    /// The post's status before the event.
    async fn status_before(&self) -> PostStatus {
        self.stored.post_from
    }

    /// The post's status after the event.
    async fn post_status(&self) -> PostStatus {
        self.stored.post_to
    }
}

/// Payload of a TARGET_* event.
#[Object(name = "PostTargetEventPayload")]
impl Payload<'_, TargetPayload> {
    /// The post. Null if it was deleted.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<Post>> {
        self.post_of(ctx, self.stored.post_id).await
    }

    /// The beginning of the post's text then.
    async fn content(&self) -> &str {
        &self.stored.content
    }

    /// The target. Null if its post was deleted.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<PostTarget>> {
        self.target_of(ctx, self.stored.target_id).await
    }

    /// The target's account. Null if it was removed.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        self.account_of(ctx, self.stored.account_id).await
    }

    /// The account's name then. Null if it was not recorded.
    async fn account_name(&self) -> Option<&str> {
        self.stored.account_name.as_deref()
    }

    /// The account's platform. Null if it was not recorded.
    async fn platform(&self) -> Option<Platform> {
        self.stored.platform
    }

    /// The target's status before the event.
    async fn status_before(&self) -> TargetStatus {
        self.stored.from
    }

    /// The target's status after the event.
    async fn status(&self) -> TargetStatus {
        self.stored.to
    }

    /// Why the target is not published. Null if nothing is wrong.
    async fn error(&self) -> Option<TargetError> {
        TargetError::told(self.stored)
    }

    /// The platform's id of what was published. Null before.
    async fn external_id(&self) -> Option<&str> {
        self.stored.external_id.as_deref()
    }

    /// Where people see what was published. Null before.
    async fn url(&self) -> Option<Url> {
        Url::from_stored(self.stored.url.as_deref())
    }

    /// How often publishing was tried.
    async fn attempts(&self) -> i32 {
        self.stored.attempts
    }

    /// When publishing is tried next. Null if it is not.
    async fn next_attempt_at(&self) -> Option<DateTime> {
        self.stored.next_attempt_at.map(DateTime)
    }

    /// The post's status after the event.
    async fn post_status(&self) -> PostStatus {
        self.stored.post_status
    }
}

/// Payload of MEDIA_READY.
#[Object(name = "MediaReadyEventPayload")]
impl Payload<'_, MediaReady> {
    /// The media file. Null if it was deleted.
    async fn media(&self, ctx: &Context<'_>) -> Result<Option<Media>> {
        self.media_of(ctx, self.stored.media_id).await
    }

    /// The URL that it was fetched from. Null if it is no valid URL.
    async fn media_url(&self) -> Option<Url> {
        Url::from_stored(Some(&self.stored.media_url))
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

    /// The post that names it. Null if it was deleted.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<Post>> {
        self.post_of(ctx, self.stored.post_id).await
    }

    /// The beginning of the post's text then.
    async fn content(&self) -> &str {
        &self.stored.content
    }

    /// The post's status after the event.
    async fn post_status(&self) -> PostStatus {
        self.stored.post_status
    }
}

/// Payload of MEDIA_FAILED.
#[Object(name = "MediaFailedEventPayload")]
impl Payload<'_, MediaFailed> {
    /// The URL that could not be fetched. Null if it is no valid URL.
    async fn media_url(&self) -> Option<Url> {
        Url::from_stored(Some(&self.stored.media_url))
    }

    /// Why it could not be fetched.
    async fn reason(&self) -> &str {
        &self.stored.reason
    }

    /// The post that names it. Null if it was deleted.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<Post>> {
        self.post_of(ctx, self.stored.post_id).await
    }

    /// The beginning of the post's text then.
    async fn content(&self) -> &str {
        &self.stored.content
    }

    /// The post's status after the event.
    async fn post_status(&self) -> PostStatus {
        self.stored.post_status
    }
}
