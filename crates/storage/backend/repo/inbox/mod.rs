//! Messages to the accounts, the polling of inboxes, and replies.

pub mod auto_replies;
pub mod looks;
pub mod messages;
pub mod replies;
pub mod reply_queue;

pub use messages::*;
