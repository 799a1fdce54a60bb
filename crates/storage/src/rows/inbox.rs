use crate::schema::{inbox_marks, inbox_messages, inbox_replies};
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, InboxMessageId, InboxReplyId, PostId, TargetId, UserId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessageType, InboxStatus, ReplyState};
use fanfare_domain::platform::Platform;
use fanfare_domain::read_back::Sent;
use fanfare_domain::sql::Json;

/// The columns of an [`InboxMessage`](fanfare_domain::inbox::InboxMessage), in the order of its fields.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn inbox_message() -> _ {
    (
        inbox_messages::id,
        inbox_messages::workspace_id,
        inbox_messages::account_id,
        inbox_messages::platform,
        inbox_messages::remote_id,
        inbox_messages::thread_key,
        inbox_messages::kind,
        inbox_messages::status,
        inbox_messages::sender_remote_id,
        inbox_messages::sender_name,
        inbox_messages::sender_handle,
        inbox_messages::text,
        inbox_messages::url,
        inbox_messages::parent_remote_id,
        inbox_messages::post_id,
        inbox_messages::target_id,
        inbox_messages::received_at,
        inbox_messages::updated_at,
    )
}

/// A message as a look found it.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = inbox_messages, treat_none_as_default_value = false)]
pub struct FoundMessage {
    pub remote_id: String,
    pub thread_key: String,
    pub kind: InboxMessageType,
    pub sender_remote_id: String,
    pub sender_name: String,
    pub sender_handle: Option<String>,
    pub text: String,
    pub url: Option<String>,
    pub parent_remote_id: Option<String>,
    /// The network's id of the post that it stands under.
    #[diesel(skip_insertion)]
    pub post_external_id: Option<String>,
    pub received_at: Timestamp,
}

/// A message about to be inserted.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = inbox_messages, treat_none_as_default_value = false)]
pub struct NewInboxMessage {
    pub workspace_id: WorkspaceId,
    pub account_id: AccountId,
    pub platform: Platform,
    pub status: InboxStatus,
    #[diesel(embed)]
    pub found: FoundMessage,
    pub post_id: Option<PostId>,
    pub target_id: Option<TargetId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An account whose inbox is to be looked at for the first time.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = inbox_marks)]
pub struct NewInboxMark {
    pub account_id: AccountId,
    pub workspace_id: WorkspaceId,
    pub look_at: Timestamp,
    pub failures: i32,
    pub lease_token: i64,
}

/// A reply, which is the ledger row of its own step.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = inbox_replies)]
pub struct InboxReply {
    pub id: InboxReplyId,
    pub workspace_id: WorkspaceId,
    pub message_id: InboxMessageId,
    pub account_id: AccountId,
    pub platform: Platform,
    pub author_id: Option<UserId>,
    pub text: String,
    pub state: ReplyState,
    /// `None`: nothing is left to be done.
    pub run_at: Option<Timestamp>,
    pub attempts: i32,
    pub lease_until: Option<Timestamp>,
    /// Grows with every claim: the fencing token.
    pub lease_token: i64,
    pub remote_id: Option<String>,
    pub url: Option<String>,
    /// What the network answered, without secrets: shown.
    pub evidence: Option<Json>,
    pub error: Option<String>,
    /// No request of it is under way after this.
    pub deadline_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// Nobody wrote it.
    pub automatic: bool,
    /// When it was first sent, by the network's clock; `None`: the network does not tell its time.
    pub network_sent_at: Option<Timestamp>,
    /// No request of it is under way after this, by the network's clock.
    pub network_ended_at: Option<Timestamp>,
    /// When a user last had it sent again.
    pub requeued_at: Option<Timestamp>,
}

impl InboxReply {
    /// Whether a user must say what became of it: its outcome is unknown, and nothing more is done about it.
    pub fn needs_review(&self) -> bool {
        self.state == ReplyState::Unknown && self.run_at.is_none()
    }

    /// When it was wanted: what is not sent for long after that is given up.
    pub fn wanted_at(&self) -> Timestamp {
        self.requeued_at.unwrap_or(self.created_at)
    }

    /// Its calls by the network's clock; `None`: there was none, or the network does not tell its time.
    pub fn sent(&self) -> Option<Sent> {
        Some(Sent { at: self.network_sent_at?, ended_by: self.network_ended_at? })
    }
}

/// A reply about to be queued.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = inbox_replies, treat_none_as_default_value = false)]
pub struct NewInboxReply {
    pub workspace_id: WorkspaceId,
    pub message_id: InboxMessageId,
    pub account_id: AccountId,
    pub platform: Platform,
    /// `None`: nobody wrote it.
    pub author_id: Option<UserId>,
    pub text: String,
    pub state: ReplyState,
    pub run_at: Timestamp,
    pub attempts: i32,
    pub lease_token: i64,
    pub created_at: Timestamp,
    pub automatic: bool,
}
