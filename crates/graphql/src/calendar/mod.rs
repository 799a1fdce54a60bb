//! The calendar of a workspace.

mod object;

pub use object::{Calendar, CalendarArgs, CalendarQuery, calendar_of};
