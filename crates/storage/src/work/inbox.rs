//! What workers take of the inbox and give back, the same for both databases.

use crate::command::resting::Resting;
use crate::rows::{Account, FoundMessage, InboxReply};
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{AccountId, InboxReplyId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessageType, ReplyState};
use fanfare_domain::platform::Platform;
use fanfare_domain::work::Lease;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a worker that looks at inboxes asks for.
#[derive(Clone, Debug)]
pub struct LookRequest {
    pub now: Timestamp,
    /// At most this many accounts.
    pub limit: i64,
    pub lease: Duration,
    /// Networks and accounts whose breaker is open.
    pub resting: Resting,
    /// Looks that each network takes from the app.
    pub budgets: BTreeMap<Platform, BudgetRule>,
}

/// The looks that the asking worker now holds.
#[derive(Debug, Default)]
pub struct LookClaims {
    pub claimed: Vec<Look>,
    /// Something due was put off: there may be more behind it.
    pub more: bool,
}

/// A look that the asking worker holds.
#[derive(Clone, Debug)]
pub struct Look {
    pub account: Account,
    /// What the last look left; `None`: this is the first.
    pub mark: Option<Value>,
    /// In a row.
    pub failures: i32,
    pub lease: Lease<AccountId>,
    /// How long after its time it was claimed.
    pub lateness: Duration,
}

/// What a workspace answers automatically.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoAnswer {
    pub text: String,
    /// Kinds of messages to which the network takes it.
    pub kinds: Vec<InboxMessageType>,
}

/// What a look came to.
#[derive(Clone, Debug)]
pub struct Found {
    pub messages: Vec<FoundMessage>,
    pub mark: Value,
    /// When the account is looked at again.
    pub next_at: Timestamp,
    /// What new messages are answered with; `None`: they are left to people.
    pub answer: Option<AutoAnswer>,
}

/// What a worker that sends replies asks for.
#[derive(Clone, Debug)]
pub struct ReplyRequest {
    pub now: Timestamp,
    /// At most this many replies.
    pub limit: i64,
    pub lease: Duration,
    /// Networks and accounts whose breaker is open.
    pub resting: Resting,
    pub budgets: BTreeMap<Platform, crate::command::claim::Budgets>,
}

/// The replies that the asking worker now holds.
#[derive(Debug, Default)]
pub struct ReplyClaims {
    pub claimed: Vec<ClaimedReply>,
    /// Something due was locked by another node, or put off: look again soon.
    pub more: bool,
}

/// A reply that the asking worker holds.
#[derive(Clone, Debug)]
pub struct ClaimedReply {
    pub reply: InboxReply,
    pub lease: Lease<InboxReplyId>,
    /// How long after its time it was claimed.
    pub lateness: Duration,
}

/// How a run of a reply ends.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplyOutcome {
    Confirmed {
        remote_id: String,
        url: Option<String>,
        evidence: Value,
    },
    /// Finally not sent.
    Refused {
        error: String,
        evidence: Option<Value>,
    },
    /// It may have been sent, and the network cannot tell.
    Unclear {
        error: String,
    },
    /// To be taken up again at a time: sent again (`Queued`), or looked for first (`Unknown`). `counted`: it was an
    /// attempt that failed. `network_ended_at`: when its call ended, where that is known now. `duplicate`: the network
    /// refuses to take it again.
    Again {
        state: ReplyState,
        at: Timestamp,
        counted: bool,
        error: String,
        network_ended_at: Option<Timestamp>,
        duplicate: bool,
    },
}

impl ReplyOutcome {
    /// A word for logs and metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Confirmed { .. } => "confirmed",
            Self::Refused { .. } => "refused",
            Self::Unclear { .. } => "unclear",
            Self::Again { .. } => "again",
        }
    }
}

/// Where the log is after an outcome; `None`: it told nobody anything.
pub type Told = Option<(WorkspaceId, Seq)>;
