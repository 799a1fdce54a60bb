//! Messages to the accounts, and the replies.

mod messages;

pub use messages::ReplyQueued;
