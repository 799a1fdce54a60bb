//! What is remembered of a decision until its event can be made.

use super::entity::Target;
use super::status::{PostStatus, TargetStatus};
use crate::clock::Timestamp;
use crate::difference::Difference;
use crate::id::MediaId;

/// Something that an event will say.
#[derive(Clone, Debug)]
pub(super) enum Note {
    /// What a user did with the post as a whole; `scheduled_at`: its time then.
    Post { what: PostEventKind, scheduled_at: Option<Timestamp>, difference: Option<Difference> },
    /// A target's new status, or what it waits for; the target as it was then.
    Transition { target: Box<Target>, from: TargetStatus },
    /// The post's new status.
    Status { from: PostStatus, to: PostStatus },
    /// A media file that the post names by its URL is there.
    Fetched(FetchedMedia),
    /// It could not be fetched.
    NotFetched { media_url: String, reason: String },
}

/// What an event says that a user did with a post as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostEventKind {
    Created,
    Updated,
    Scheduled,
    Cancelled,
}

/// A media file that was fetched for a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedMedia {
    pub media_id: MediaId,
    /// Where it came from.
    pub media_url: String,
    pub mime_type: String,
    pub size_bytes: i64,
    pub file_name: Option<String>,
}
