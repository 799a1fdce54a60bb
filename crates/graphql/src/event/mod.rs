//! The workspace's log: its entries, and subscriptions to it.

mod activity;
mod cursor;
mod following;
mod payload;
mod subscription;
mod summary;
#[cfg(test)]
mod tests;

pub use activity::ActivityEvent;
pub use cursor::cursor_of;
pub use following::Following;
pub use payload::EventPayload;
pub(crate) use following::{Begun, Shown};
pub use subscription::Subscription;
