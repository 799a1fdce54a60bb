//! The calendar of a workspace.

mod object;

pub use object::CalendarQuery;
