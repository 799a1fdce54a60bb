//! Messages to the accounts, and the replies.

mod messages;

pub use fanfare_storage::page::InboxFilter;
pub use fanfare_storage::rows::{InboxMessage, InboxReply};
pub use messages::{Inbox, ReplyQueued};
