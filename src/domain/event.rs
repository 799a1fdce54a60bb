//! What the durable log holds.

use super::clock::Timestamp;
use super::id::{AccountId, MediaId, PostId, TargetId, UserId, WorkspaceId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

text_enum! {
    /// What happened. A kind is never renamed: clients keep cursors and filters.
    ActivityKind {
        WorkspaceCreated = "workspace.created",
        MemberAdded = "member.added",
        MemberRoleChanged = "member.role_changed",
        MemberRemoved = "member.removed",
        AccountConnected = "account.connected",
        AccountUpdated = "account.updated",
        AccountReconnectRequired = "account.reconnect_required",
        AccountTokenExpiring = "account.token_expiring",
        AccountDisconnected = "account.disconnected",
        MediaUploaded = "media.uploaded",
        MediaDeleted = "media.deleted",
        PostCreated = "post.created",
        PostUpdated = "post.updated",
        PostScheduled = "post.scheduled",
        PostCancelled = "post.cancelled",
        PostDeleted = "post.deleted",
        PostStatusChanged = "post.status_changed",
        TargetPending = "target.pending",
        TargetPublishing = "target.publishing",
        TargetPublished = "target.published",
        TargetFailed = "target.failed",
        TargetNeedsReview = "target.needs_review",
        TargetCancelled = "target.cancelled",
        TargetCompensating = "target.compensating",
        TargetCompensated = "target.compensated",
    }
}

/// A position in a workspace's log: gapless, in the order of the commits.
pub type Seq = i64;

/// An event before it has a position.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub kind: ActivityKind,
    pub subject: Subject,
    pub payload: serde_json::Value,
}

/// The rows an event is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    pub post_id: Option<PostId>,
    pub target_id: Option<TargetId>,
    pub account_id: Option<AccountId>,
    pub media_id: Option<MediaId>,
    pub user_id: Option<UserId>,
}

/// An event of the log.
#[derive(Clone, Debug)]
pub struct Event {
    pub workspace_id: WorkspaceId,
    pub seq: Seq,
    pub kind: ActivityKind,
    pub subject: Subject,
    /// `None`: the server itself.
    pub actor: Option<UserId>,
    /// What a subscriber shows, so that a fan-out asks the database nothing.
    pub payload: serde_json::Value,
    pub at: Timestamp,
}

/// A position as clients see it: opaque, `base64url("<workspace>:<seq>")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub workspace_id: WorkspaceId,
    pub seq: Seq,
}

impl Cursor {
    pub fn encode(self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}:{}", self.workspace_id, self.seq))
    }

    /// `None` if the text is no cursor.
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (workspace, seq) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
        let seq: Seq = seq.parse().ok()?;
        (seq >= 0).then_some(Self { workspace_id: WorkspaceId(workspace.parse().ok()?), seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_way_to_the_client_and_back_and_nonsense_is_refused() {
        let cursor = Cursor { workspace_id: WorkspaceId(3), seq: 17 };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for bad in ["", "x", "MzotMQ", "Mzp4", "🦀"] {
            assert_eq!(Cursor::decode(bad), None, "{bad}");
        }
    }
}
