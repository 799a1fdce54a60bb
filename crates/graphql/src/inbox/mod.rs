//! Messages to the accounts, and the replies.

mod event;
mod mutation;
mod object;
mod query;
mod review;

pub use event::{InboxMessageEvent, is_of_inbox, message_of};
pub use mutation::InboxMutation;
pub use object::{InboxMessage, InboxReply};
pub use query::{InboxMessageConnection, InboxMessageFilter, InboxQuery, inbox_of};
pub use review::InboxReviewMutation;
