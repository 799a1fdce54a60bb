//! The inbox's side of the engine: [`InboxPolls`] reads what people say, [`Replies`] sends what is answered.

mod look;
mod polls;
mod replies;
mod reply;

pub use polls::{InboxPolls, enrol_inboxes};
pub use replies::Replies;
