//! The work beside publishing: [`schedule`] holds every cron line, [`ExportRunner`] writes files; what they do stands in
//! services and publishing.

mod exports;
mod schedule;

pub use exports::ExportRunner;
pub use schedule::Schedule;
