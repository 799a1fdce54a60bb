//! The event log, as the hub reads it and as subscribers follow it.

mod event_table;
mod feed;

pub use event_table::EventTable;
pub use fanfare_events::{Happened, TooSlow};
pub use feed::{Events, Feed, FeedEnd};
