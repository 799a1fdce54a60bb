use crate::schema::{inbox_marks, inbox_messages, inbox_replies};
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, InboxMessageId, InboxReplyId, PostId, TargetId, UserId, WorkspaceId};
use fanfare_domain::inbox::{self, InboxMessageType, InboxStatus, ReplyState};
use fanfare_domain::platform::Platform;
use fanfare_domain::sql::Json;
use serde::{Deserialize, Serialize};

/// Something that somebody said to an account.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Serialize, Deserialize)]
#[diesel(table_name = inbox_messages)]
pub struct InboxMessage {
    pub id: InboxMessageId,
    pub workspace_id: WorkspaceId,
    pub account_id: AccountId,
    pub platform: Platform,
    pub remote_id: String,
    pub thread_key: String,
    pub kind: InboxMessageType,
    pub status: InboxStatus,
    pub sender_remote_id: String,
    pub sender_name: String,
    pub sender_handle: Option<String>,
    pub text: String,
    pub url: Option<String>,
    pub parent_remote_id: Option<String>,
    pub post_id: Option<PostId>,
    pub target_id: Option<TargetId>,
    pub received_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<InboxMessage> for inbox::InboxMessage {
    fn from(it: InboxMessage) -> Self {
        Self {
            id: it.id,
            workspace_id: it.workspace_id,
            account_id: it.account_id,
            platform: it.platform,
            remote_id: it.remote_id,
            thread_key: it.thread_key,
            kind: it.kind,
            status: it.status,
            sender_remote_id: it.sender_remote_id,
            sender_name: it.sender_name,
            sender_handle: it.sender_handle,
            text: it.text,
            url: it.url,
            parent_remote_id: it.parent_remote_id,
            post_id: it.post_id,
            target_id: it.target_id,
            received_at: it.received_at,
            updated_at: it.updated_at,
        }
    }
}

impl From<inbox::InboxMessage> for InboxMessage {
    fn from(it: inbox::InboxMessage) -> Self {
        Self {
            id: it.id,
            workspace_id: it.workspace_id,
            account_id: it.account_id,
            platform: it.platform,
            remote_id: it.remote_id,
            thread_key: it.thread_key,
            kind: it.kind,
            status: it.status,
            sender_remote_id: it.sender_remote_id,
            sender_name: it.sender_name,
            sender_handle: it.sender_handle,
            text: it.text,
            url: it.url,
            parent_remote_id: it.parent_remote_id,
            post_id: it.post_id,
            target_id: it.target_id,
            received_at: it.received_at,
            updated_at: it.updated_at,
        }
    }
}

/// A message that a look has found.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = inbox_messages, treat_none_as_default_value = false)]
pub struct NewInboxMessage {
    pub workspace_id: WorkspaceId,
    pub account_id: AccountId,
    pub platform: Platform,
    pub remote_id: String,
    pub thread_key: String,
    pub kind: InboxMessageType,
    pub status: InboxStatus,
    pub sender_remote_id: String,
    pub sender_name: String,
    pub sender_handle: Option<String>,
    pub text: String,
    pub url: Option<String>,
    pub parent_remote_id: Option<String>,
    pub post_id: Option<PostId>,
    pub target_id: Option<TargetId>,
    pub received_at: Timestamp,
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
