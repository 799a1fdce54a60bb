//! The inbox's side of the engine: [`InboxPoller`] reads what people say, [`ReplyRunner`] sends what is answered.

mod look;
mod poller;
mod replies;
mod reply;

pub use poller::InboxPoller;
pub use replies::ReplyRunner;
