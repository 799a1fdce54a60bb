//! The workspace's log: its entries, and subscriptions to it.

mod activity;
mod cursor;
mod field_name;
mod following;
mod payload;
mod subscription;
mod summary;
#[cfg(test)]
mod tests;

pub use activity::ActivityEvent;
pub use cursor::cursor_of;
pub use field_name::field_name;
pub use following::Following;
pub(crate) use following::{Begun, Shown};
pub use payload::EventPayload;
pub use subscription::Subscription;
