use crate::schema::{post_targets, posts};
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, MediaId, PostId, TargetId, UserId, WorkspaceId};
use fanfare_domain::media::MediaState;
use fanfare_domain::post::{PostStatus, PublishMode, TargetErrorCode, TargetStatus, TemplateType};
use fanfare_domain::sql::Strings;
use fanfare_domain::written::{Variant, Written};
use serde::{Deserialize, Serialize};

/// What was written.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Serialize, Deserialize)]
#[diesel(table_name = posts)]
pub struct Post {
    pub id: PostId,
    pub workspace_id: WorkspaceId,
    pub author_id: Option<UserId>,
    pub content: String,
    /// For networks that have one (YouTube).
    pub title: Option<String>,
    /// Without `#`.
    pub hashtags: Strings,
    pub link_url: Option<String>,
    pub template_type: Option<TemplateType>,
    pub publish_mode: PublishMode,
    pub status: PostStatus,
    pub scheduled_at: Option<Timestamp>,
    /// When the first target was published.
    pub published_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub campaign_id: Option<CampaignId>,
    /// `None`: it names no media by their addresses.
    pub media_state: Option<MediaState>,
}

impl Post {
    /// Its words, as they are before a target's variant.
    pub fn written(&self) -> Written<'_> {
        Written {
            content: &self.content,
            title: self.title.as_deref(),
            hashtags: &self.hashtags.0,
            link_url: self.link_url.as_deref(),
        }
    }
}

/// A post about to be stored; its status follows from its targets.
#[derive(Clone, Debug)]
pub struct NewPost {
    pub workspace_id: WorkspaceId,
    pub author_id: UserId,
    pub content: String,
    pub title: Option<String>,
    pub hashtags: Vec<String>,
    pub link_url: Option<String>,
    pub template_type: Option<TemplateType>,
    pub publish_mode: PublishMode,
    pub campaign_id: Option<CampaignId>,
    pub media_ids: Vec<MediaId>,
    /// Addresses of media that are fetched first; they come behind the others.
    pub media_urls: Vec<String>,
    pub targets: Vec<NewTarget>,
}

impl NewPost {
    /// Its words, as they are before a target's variant.
    pub fn written(&self) -> Written<'_> {
        Written {
            content: &self.content,
            title: self.title.as_deref(),
            hashtags: &self.hashtags,
            link_url: self.link_url.as_deref(),
        }
    }
}

/// A target about to be stored.
#[derive(Clone, Debug)]
pub struct NewTarget {
    pub account_id: AccountId,
    pub variant: TargetVariant,
}

/// What a target has of its own; `None`: the post's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetVariant {
    pub content: Option<String>,
    pub title: Option<String>,
    pub hashtags: Option<Vec<String>>,
    pub link_url: Option<String>,
    pub media_ids: Option<Vec<MediaId>>,
}

impl TargetVariant {
    /// The words of its own.
    pub fn words(&self) -> Variant<'_> {
        Variant {
            content: self.content.as_deref(),
            title: self.title.as_deref(),
            hashtags: self.hashtags.as_deref(),
            link_url: self.link_url.as_deref(),
        }
    }
}

/// The publication of a post on one account.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable, Serialize, Deserialize)]
#[diesel(table_name = post_targets)]
pub struct Target {
    pub id: TargetId,
    pub workspace_id: WorkspaceId,
    pub post_id: PostId,
    pub account_id: AccountId,
    pub position: i32,
    pub status: TargetStatus,
    pub content: Option<String>,
    pub title: Option<String>,
    pub hashtags: Option<Strings>,
    pub link_url: Option<String>,
    /// Whether `target_media` replaces the post's media.
    pub own_media: bool,
    /// The network's id of what was published.
    pub external_id: Option<String>,
    pub url: Option<String>,
    pub error_code: Option<TargetErrorCode>,
    pub error_message: Option<String>,
    /// Answers and failures of the network that count against the limit.
    pub attempts: i32,
    pub next_attempt_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
}

impl Target {
    /// The words of its own.
    pub fn words(&self) -> Variant<'_> {
        Variant {
            content: self.content.as_deref(),
            title: self.title.as_deref(),
            hashtags: self.hashtags.as_ref().map(|tags| tags.0.as_slice()),
            link_url: self.link_url.as_deref(),
        }
    }
}

/// What the engine writes of a target.
#[derive(Clone, Debug, PartialEq, Eq, Hash, AsChangeset)]
#[diesel(table_name = post_targets, treat_none_as_null = true)]
pub struct TargetState {
    status: TargetStatus,
    external_id: Option<String>,
    url: Option<String>,
    error_code: Option<TargetErrorCode>,
    error_message: Option<String>,
    attempts: i32,
    next_attempt_at: Option<Timestamp>,
    published_at: Option<Timestamp>,
    updated_at: Timestamp,
}

impl TargetState {
    pub fn of(target: &Target) -> Self {
        Self {
            status: target.status,
            external_id: target.external_id.clone(),
            url: target.url.clone(),
            error_code: target.error_code,
            error_message: target.error_message.clone(),
            attempts: target.attempts,
            next_attempt_at: target.next_attempt_at,
            published_at: target.published_at,
            updated_at: target.updated_at,
        }
    }
}

/// What the engine writes of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true)]
pub struct PostState {
    status: PostStatus,
    scheduled_at: Option<Timestamp>,
    published_at: Option<Timestamp>,
    media_state: Option<MediaState>,
    updated_at: Timestamp,
}

impl PostState {
    pub fn of(post: &Post) -> Self {
        Self {
            status: post.status,
            scheduled_at: post.scheduled_at,
            published_at: post.published_at,
            media_state: post.media_state,
            updated_at: post.updated_at,
        }
    }
}
