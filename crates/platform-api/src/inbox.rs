//! What the inbox and a client say to each other.

use super::{Absence, Call, NetworkClock, PlatformError, ReadBack};
use async_trait::async_trait;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::inbox::InboxMessageType;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// The inbox of a network that has one. What must survive a crash is in the database, which the engine keeps.
#[async_trait]
pub trait InboxClient: NetworkClock {
    fn inbox_limits(&self) -> InboxLimits;

    /// Why the network would refuse the text of a reply; `None`: it would not. Pure.
    fn refuses_reply(&self, kind: InboxMessageType, text: &str) -> Option<String>;

    /// What people said to the account since `mark`, which an earlier look gave; `None`: the latest. What was given
    /// before may come again, what the account said itself does not come.
    async fn look(&self, call: &Call<'_>, mark: Option<&Value>) -> Result<InboxLook, PlatformError>;

    /// Answers a message; people see it.
    async fn reply(&self, call: &Call<'_>, reply: &InboxReply<'_>) -> Result<Replied, PlatformError>;

    /// Asks the network whether a reply, whose outcome is unknown, took effect.
    async fn find_reply(
        &self,
        call: &Call<'_>,
        reply: &InboxReply<'_>,
        absence: &Absence<'_>,
    ) -> Result<ReadBack, PlatformError>;
}

/// How often a network lets itself be asked and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxLimits {
    /// Between two looks at one account.
    pub look_every: Duration,
    /// Looks that the network takes from one app, and in which time.
    pub app_looks: (u32, Duration),
    /// Replies that the network takes from one account, and in which time.
    pub account_replies: (u32, Duration),
    /// Replies that the network takes from one app, and in which time.
    pub app_replies: (u32, Duration),
    /// How long after a call's deadline a listing certainly shows a reply.
    pub settle: Duration,
}

/// A look at an inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxLook {
    pub items: Vec<InboxItem>,
    /// Where the next look continues from; the client's own form.
    pub mark: Value,
}

/// Something that someone said to an account.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxItem {
    /// The network's id.
    pub remote_id: String,
    /// The same for all that belongs to one conversation of the account.
    pub thread_key: String,
    pub kind: InboxMessageType,
    pub sender: InboxSender,
    pub text: String,
    /// Where people see it; `None` where it has no address.
    pub url: Option<Url>,
    /// The network's id of what it answers.
    pub parent_remote_id: Option<String>,
    /// The network's id of the post that it stands under.
    pub post_external_id: Option<String>,
    pub received_at: Timestamp,
}

/// Who said it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxSender {
    /// The network's id of the person.
    pub remote_id: String,
    pub name: String,
    /// Without `@`.
    pub handle: Option<String>,
}

/// An answer to a message.
#[derive(Clone, Copy, Debug)]
pub struct InboxReply<'a> {
    /// What is answered: its kind, id, thread and sender.
    pub kind: InboxMessageType,
    pub remote_id: &'a str,
    pub thread_key: &'a str,
    pub sender_remote_id: &'a str,
    pub text: &'a str,
    /// The account's handle, for the reply's address.
    pub account_handle: Option<&'a str>,
}

/// A reply that the network took.
#[derive(Clone, Debug, PartialEq)]
pub struct Replied {
    pub remote_id: String,
    pub url: Option<Url>,
    /// What the network answered, without secrets.
    pub evidence: Value,
}
