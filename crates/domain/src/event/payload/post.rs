//! Posts, their targets and the media that they wait for.

use super::micros;
use crate::clock::Timestamp;
use crate::id::{AccountId, MediaId, PostId, TargetId};
use crate::platform::Platform;
use crate::post::{PostStatus, TargetErrorCode, TargetStatus};
use serde::{Deserialize, Serialize};

/// What a user did with a post as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostPayload {
    pub post_id: PostId,
    /// The beginning of the text.
    #[serde(default)]
    pub content: String,
    #[serde(serialize_with = "micros")]
    pub scheduled_at: Option<Timestamp>,
    pub post_status: PostStatus,
}

/// A post that was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostDeleted {
    pub post_id: PostId,
    /// The beginning of the text.
    #[serde(default)]
    pub content: String,
}

/// A post's new status, as derived from its targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostStatusChanged {
    pub post_id: PostId,
    /// The beginning of the text.
    #[serde(default)]
    pub content: String,
    pub post_from: PostStatus,
    pub post_to: PostStatus,
    pub post_status: PostStatus,
}

/// A target with its new status, or with what it waits for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetPayload {
    pub post_id: PostId,
    /// The beginning of the post's text.
    #[serde(default)]
    pub content: String,
    pub target_id: TargetId,
    pub account_id: AccountId,
    pub account_name: Option<String>,
    pub platform: Option<Platform>,
    pub from: TargetStatus,
    pub to: TargetStatus,
    pub error: Option<TargetError>,
    /// The platform's id of what was published.
    pub external_id: Option<String>,
    pub url: Option<String>,
    #[serde(default)]
    pub attempts: i32,
    #[serde(serialize_with = "micros")]
    pub next_attempt_at: Option<Timestamp>,
    pub post_status: PostStatus,
}

/// Why a target is not published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetError {
    pub code: TargetErrorCode,
    /// At most 500 characters.
    pub message: Option<String>,
}

/// A media file that a post names by its URL and that is in the library now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaReady {
    pub media_id: MediaId,
    pub media_url: String,
    pub mime_type: String,
    pub size_bytes: i64,
    pub file_name: Option<String>,
    pub post_id: PostId,
    /// The beginning of the post's text.
    #[serde(default)]
    pub content: String,
    pub post_status: PostStatus,
}

/// A media file that a post names by its URL and that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFailed {
    pub media_url: String,
    pub reason: String,
    pub post_id: PostId,
    /// The beginning of the post's text.
    #[serde(default)]
    pub content: String,
    pub post_status: PostStatus,
}
