//! What people say to an account, and what is answered.

use crate::clock::Timestamp;
use crate::id::{AccountId, InboxMessageId, PostId, TargetId, WorkspaceId};
use crate::platform::Platform;
use serde::{Deserialize, Serialize};

/// Something that someone said to an account. Events carry it whole. Storage names its columns in the order of these
/// fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sql", derive(diesel::deserialize::Queryable))]
pub struct InboxMessage {
    pub id: InboxMessageId,
    pub workspace_id: WorkspaceId,
    pub account_id: AccountId,
    pub platform: Platform,
    /// The platform's id of it.
    pub remote_id: String,
    pub thread_key: String,
    pub kind: InboxMessageType,
    pub status: InboxStatus,
    pub sender_remote_id: String,
    pub sender_name: String,
    pub sender_handle: Option<String>,
    pub text: String,
    pub url: Option<String>,
    /// The platform's id of the message that it answers.
    pub parent_remote_id: Option<String>,
    /// The post that it is a comment on, if that was published from here.
    pub post_id: Option<PostId>,
    pub target_id: Option<TargetId>,
    pub received_at: Timestamp,
    pub updated_at: Timestamp,
}

text_enum! {
    /// How someone speaks to an account.
    InboxMessageType {
        /// A direct message.
        Dm = "dm",
        /// A comment under something the account published.
        Comment = "comment",
        /// The account is named elsewhere.
        Mention = "mention",
    }
}

text_enum! {
    /// How far a message has been dealt with.
    InboxStatus {
        /// Nobody has looked at it.
        Unread = "unread",
        /// Someone has.
        Read = "read",
        /// The network has taken a reply to it.
        Replied = "replied",
    }
}

/// How a user settles a reply that needs a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyResolution {
    /// It is on the platform.
    Sent { remote_id: Option<String>, url: Option<String> },
    /// It is not there: send it again.
    SendAgain,
    /// Leave it; it counts as refused.
    GiveUp,
}

text_enum! {
    /// How far a reply is on its way to the network.
    ReplyState {
        /// Waits to be sent, or to be sent again.
        Queued = "queued",
        /// About to be sent, or under way.
        Sent = "sent",
        /// The network has taken it.
        Confirmed = "confirmed",
        /// The network did not take it; `error` says why.
        Refused = "refused",
        /// The answer was lost: the network is asked whether it has the reply.
        Unknown = "unknown",
    }
}
