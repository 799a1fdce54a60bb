//! The calendar.

mod posts_by_day;

pub use posts_by_day::{Calendar, Calendars};
