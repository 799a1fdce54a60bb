use crate::schema::{post_targets, posts};
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, PostId, TargetId, UserId, WorkspaceId};
use fanfare_domain::media::MediaState;
use fanfare_domain::post::{
    self, PostBody, PostStatus, PublishMode, TargetErrorCode, TargetFault, TargetStatus, TemplateType,
};
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
    /// How often it has changed, from 1.
    pub revision: i32,
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

    /// What was written, as decisions see it.
    pub fn into_body(self) -> PostBody {
        PostBody {
            content: self.content,
            title: self.title,
            hashtags: self.hashtags.0,
            link_url: self.link_url,
            template_type: self.template_type,
            publish_mode: self.publish_mode,
            campaign_id: self.campaign_id,
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

/// What decisions change of a target.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Insertable, AsChangeset)]
#[diesel(table_name = post_targets, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct TargetState {
    pub status: TargetStatus,
    pub external_id: Option<String>,
    pub url: Option<String>,
    pub error_code: Option<TargetErrorCode>,
    pub error_message: Option<String>,
    pub attempts: i32,
    pub next_attempt_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
}

impl TargetState {
    pub fn of(target: &post::Target) -> Self {
        Self {
            status: target.status,
            external_id: target.external_id.clone(),
            url: target.url.clone(),
            error_code: target.error.as_ref().map(|error| error.code),
            error_message: target.error.as_ref().map(|error| error.message.clone()),
            attempts: target.attempts,
            next_attempt_at: target.next_attempt_at,
            published_at: target.published_at,
            updated_at: target.updated_at,
        }
    }
}

/// What decisions change of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Insertable, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PostState {
    pub status: PostStatus,
    pub scheduled_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub media_state: Option<MediaState>,
    pub updated_at: Timestamp,
}

impl PostState {
    pub fn of(post: &post::Post) -> Self {
        Self {
            status: post.status,
            scheduled_at: post.scheduled_at,
            published_at: post.published_at,
            media_state: post.media_state,
            updated_at: post.updated_at,
        }
    }
}

/// What a user writes of a post.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PostBodyRow {
    content: String,
    title: Option<String>,
    hashtags: Strings,
    link_url: Option<String>,
    template_type: Option<TemplateType>,
    publish_mode: PublishMode,
    campaign_id: Option<CampaignId>,
}

impl PostBodyRow {
    pub fn of(body: &PostBody) -> Self {
        Self {
            content: body.content.clone(),
            title: body.title.clone(),
            hashtags: Strings(body.hashtags.clone()),
            link_url: body.link_url.clone(),
            template_type: body.template_type,
            publish_mode: body.publish_mode,
            campaign_id: body.campaign_id,
        }
    }
}

impl From<Post> for post::Post {
    fn from(row: Post) -> Self {
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            media_state: row.media_state,
            status: row.status,
            scheduled_at: row.scheduled_at,
            published_at: row.published_at,
            updated_at: row.updated_at,
            revision: row.revision,
            body: row.into_body(),
        }
    }
}

/// A post about to be inserted, in its first state.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = posts, treat_none_as_default_value = false)]
pub struct NewPostRow {
    workspace_id: WorkspaceId,
    author_id: UserId,
    #[diesel(embed)]
    body: PostBodyRow,
    #[diesel(embed)]
    state: PostState,
    created_at: Timestamp,
}

impl NewPostRow {
    /// `post`: what was decided about it.
    pub fn of(author_id: UserId, post: &post::Post) -> Self {
        Self {
            workspace_id: post.workspace_id,
            author_id,
            body: PostBodyRow::of(&post.body),
            state: PostState::of(post),
            created_at: post.updated_at,
        }
    }
}

impl From<Target> for post::Target {
    fn from(row: Target) -> Self {
        let message = row.error_message.unwrap_or_default();
        Self {
            id: row.id,
            account_id: row.account_id,
            content: row.content,
            title: row.title,
            hashtags: row.hashtags.map(|tags| tags.0),
            link_url: row.link_url,
            own_media: row.own_media,
            status: row.status,
            external_id: row.external_id,
            url: row.url,
            error: row.error_code.map(|code| TargetFault { code, message }),
            attempts: row.attempts,
            next_attempt_at: row.next_attempt_at,
            published_at: row.published_at,
            updated_at: row.updated_at,
        }
    }
}

/// A target about to be inserted, in its first state.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = post_targets, treat_none_as_default_value = false)]
pub struct NewTargetRow {
    workspace_id: WorkspaceId,
    post_id: PostId,
    account_id: AccountId,
    position: i32,
    content: Option<String>,
    title: Option<String>,
    hashtags: Option<Strings>,
    link_url: Option<String>,
    own_media: bool,
    #[diesel(embed)]
    state: TargetState,
    created_at: Timestamp,
}

impl NewTargetRow {
    /// `position`: its place among the post's targets.
    pub fn of(post: &post::Post, target: &post::Target, position: i32) -> Self {
        Self {
            workspace_id: post.workspace_id,
            post_id: post.id,
            account_id: target.account_id,
            position,
            content: target.content.clone(),
            title: target.title.clone(),
            hashtags: target.hashtags.clone().map(Strings),
            link_url: target.link_url.clone(),
            own_media: target.own_media,
            state: TargetState::of(target),
            created_at: target.updated_at,
        }
    }
}
