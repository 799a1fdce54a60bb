//! Inbox messages and the replies to them.

use crate::id::{AccountId, InboxReplyId};
use crate::inbox::{InboxMessage, ReplyState};
use crate::platform::Platform;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A message, as every event of it carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxPayload {
    /// The whole message as it is after the event. Every subscriber shows this one.
    pub message: Arc<InboxMessage>,
    pub account_id: AccountId,
    pub platform: Platform,
    /// The sender's name.
    pub sender: String,
    pub text: String,
}

impl From<InboxMessage> for InboxPayload {
    fn from(message: InboxMessage) -> Self {
        Self {
            account_id: message.account_id,
            platform: message.platform,
            sender: message.sender_name.clone(),
            text: message.text.clone(),
            message: Arc::new(message),
        }
    }
}

/// A message that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxMessageReceived {
    #[serde(flatten)]
    pub inbox: InboxPayload,
    pub account_name: String,
}

/// A message to which someone replied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxReplyQueued {
    #[serde(flatten)]
    pub inbox: InboxPayload,
    pub reply: ReplyFacts,
}

/// A message of which a reply was accepted, refused, or has an unknown outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxReplySettled {
    #[serde(flatten)]
    pub inbox: InboxPayload,
    pub reply: ReplyFacts,
    pub error: Option<ReplyError>,
}

/// The reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyFacts {
    pub id: InboxReplyId,
    pub state: ReplyState,
    pub text: String,
    /// The platform's id of it.
    pub remote_id: Option<String>,
    pub url: Option<String>,
}

/// Why a reply was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyError {
    /// As reported by the platform.
    pub message: String,
}
