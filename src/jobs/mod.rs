//! The work beside publishing: [`schedule`] holds every cron line, a [`PartRunner`] does what is done in parts; what they
//! do stands in services and publishing.

mod exports;
mod parts;
mod schedule;

pub use exports::ExportRunner;
pub use parts::PartRunner;
pub use schedule::Schedule;
