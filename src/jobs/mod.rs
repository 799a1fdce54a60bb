//! The work beside publishing: [`schedule`] holds every cron line, [`ExportRunner`] writes files,
//! [`MediaFetchRunner`] fetches them; what they do stands in services and publishing.

mod exports;
mod media_fetches;
mod schedule;

pub use exports::ExportRunner;
pub use media_fetches::MediaFetchRunner;
//! The work beside publishing: [`schedule`] holds every cron line, a [`PartRunner`] does what is done in parts; what they
//! do stands in services and publishing.

mod exports;
mod imports;
mod parts;
mod schedule;

pub use exports::ExportRunner;
pub use imports::ImportRunner;
pub use parts::PartRunner;
pub use schedule::Schedule;
