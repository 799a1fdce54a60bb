//! A post, its targets and its saga, as the decisions see them; how they are stored is storage's own affair.

use super::{PostBody, PostStatus, SagaState, TargetErrorCode, TargetStatus};
use crate::clock::Timestamp;
use crate::id::{AccountId, PostId, TargetId, WorkspaceId};
use crate::media::MediaState;

/// The longest message that a target keeps of an error, in characters.
const LONGEST_ERROR: usize = 500;

/// A post: what was written, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub id: PostId,
    pub workspace_id: WorkspaceId,
    pub body: PostBody,
    /// `None`: it names no media by their URLs.
    pub media_state: Option<MediaState>,
    pub status: PostStatus,
    pub scheduled_at: Option<Timestamp>,
    /// When the first target was published.
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    /// How often it has changed, from 1.
    pub revision: i32,
}

/// The publication of a post on one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub id: TargetId,
    pub account_id: AccountId,
    /// `None`: the post's, as for the three below.
    pub content: Option<String>,
    pub title: Option<String>,
    pub hashtags: Option<Vec<String>>,
    pub link_url: Option<String>,
    /// Whether it has media of its own instead of the post's.
    pub own_media: bool,
    pub status: TargetStatus,
    /// The platform's id of what was published.
    pub external_id: Option<String>,
    pub url: Option<String>,
    pub error: Option<TargetFault>,
    /// Answers and failures of the platform that count against the limit.
    pub attempts: i32,
    pub next_attempt_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
}

/// Why a target is not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetFault {
    pub code: TargetErrorCode,
    /// At most 500 characters.
    pub message: String,
}

impl TargetFault {
    /// Cuts off what is longer than a target keeps.
    pub fn new(code: TargetErrorCode, message: &str) -> Self {
        Self { code, message: message.chars().take(LONGEST_ERROR).collect() }
    }
}

/// An all-or-nothing publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saga {
    pub state: SagaState,
    pub failed_target_id: Option<TargetId>,
    /// The ledger step that failed, such as `publish`.
    pub failed_step: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
