//! The work beside publishing: [`schedule`] holds every cron line, [`ExportRunner`] writes files,
//! [`MediaFetchRunner`] fetches them; what they do stands in services and publishing.

mod exports;
mod media_fetches;
mod schedule;

pub use exports::ExportRunner;
pub use media_fetches::MediaFetchRunner;
pub use schedule::Schedule;
