//! The workspace's log: its entries, and subscriptions to it.

mod activity;
mod subscription;
mod summary;

pub use activity::{ActivityEvent, cursor_of};
pub use subscription::Subscription;
