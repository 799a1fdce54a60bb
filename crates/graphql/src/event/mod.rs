//! The workspace's log: its entries, and subscriptions to it.

mod activity;
mod cursor;
mod delivered;
mod subscription;
mod summary;

pub use activity::ActivityEvent;
pub use cursor::cursor_of;
pub use subscription::Subscription;
