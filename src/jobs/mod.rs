//! The periodic work: [`schedule`] holds every cron line, the work itself stands in services and publishing.

mod schedule;

pub use schedule::Schedule;
