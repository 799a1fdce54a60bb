//! Messages to the accounts, and the replies.

mod messages;
mod review;

pub use fanfare_domain::inbox::InboxMessage;
pub use fanfare_storage::page::InboxFilter;
pub use fanfare_storage::rows::InboxReply;
pub use messages::{Inbox, ReplyQueued};
