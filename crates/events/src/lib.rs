//! The durable log's fan-out to subscribers, and the wake-up between nodes.
//!
//! The log is a table; everything here may be lost and is read again from it. A workspace that has subscribers has a
//! [`room`]: one task that reads its new events once and keeps the newest of them for all. A subscriber is only a
//! position: it takes what follows from the room, or from the table where the room no longer has it, so that there is
//! neither a gap nor a repeat between replay and the present, and one that stands still costs nothing. Reads that are
//! answered from memory ask the hub for the [`Nouns`] of their workspace: how new what they remember must be.

mod happened;
mod hub;
mod log;
mod pages;
mod positions;
mod room;
mod seen;
mod subscription;
mod tail;
mod versions;
mod wakeup;

pub use happened::Happened;
pub use hub::Hub;
pub use log::{EventLog, LogError};
pub use subscription::{SubscribeError, Subscription, TooSlow};
pub use versions::Nouns;
pub use wakeup::Wakeup;

#[cfg(test)]
mod tests;
