//! What is stored of a post that a user creates or rewrites: one value on the whole way from the input to the rows.

use super::PostBody;
use crate::clock::Timestamp;
use crate::id::{AccountId, MediaId, UserId, WorkspaceId};
use crate::media::MediaState;
use crate::platform::Platform;
use crate::written::Variant;

/// What is to happen with a post once it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It stays a draft.
    Keep,
    PublishNow,
    Schedule(Timestamp),
}

/// A post about to be stored; its status follows from its targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPost {
    pub workspace_id: WorkspaceId,
    pub author_id: UserId,
    pub body: PostBody,
    pub media_ids: Vec<MediaId>,
    /// URLs of media that are fetched first; they come after the others.
    pub media_urls: Vec<String>,
    pub targets: Vec<NewTarget>,
}

impl NewPost {
    /// Whether its media are there, if it is a new post.
    pub fn first_media_state(&self) -> Option<MediaState> {
        (!self.media_urls.is_empty()).then_some(MediaState::Fetching)
    }
}

/// A target about to be stored, with what was read of its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTarget {
    pub account_id: AccountId,
    pub account: AccountFacts,
    pub variant: TargetVariant,
}

/// What a post must know of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFacts {
    pub platform: Platform,
    pub name: String,
}

/// What a target has of its own; `None`: the post's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TargetVariant {
    pub content: Option<String>,
    pub title: Option<String>,
    pub hashtags: Option<Vec<String>>,
    pub link_url: Option<String>,
    pub media_ids: Option<Vec<MediaId>>,
}

impl TargetVariant {
    /// Its text.
    pub fn text(&self) -> Variant<'_> {
        Variant {
            content: self.content.as_deref(),
            title: self.title.as_deref(),
            hashtags: self.hashtags.as_deref(),
            link_url: self.link_url.as_deref(),
        }
    }
}
