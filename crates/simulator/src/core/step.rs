//! What a client does, in the words of faults and of the report.

use serde::{Deserialize, Serialize};

/// A kind of call. Each network's routes say which of these they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A code is traded for tokens; on Instagram also a short-lived token for a long-lived one.
    Token,
    Refresh,
    Revoke,
    Profile,
    /// Opens a resumable upload (YouTube), or announces a chunked one (X: initialize).
    Session,
    /// Bytes arrive, or an upload is closed.
    Upload,
    /// Whether uploaded media is ready.
    MediaStatus,
    CreateContainer,
    ContainerStatus,
    /// The call that makes something public. On YouTube: the chunk that completes the video.
    Publish,
    /// Looks at what was published: a listing, an item, how far an upload is.
    ReadBack,
    Delete,
    /// Reads comments, mentions and direct messages.
    Inbox,
    /// Answers one of them.
    Reply,
    /// Numbers of a post or an account.
    Metrics,
}
