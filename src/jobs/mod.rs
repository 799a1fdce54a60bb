//! The work beside publishing: [`schedule`] holds every cron line, a [`PartRunner`] does what is done in parts,
//! [`MediaFetchRunner`] fetches media; what they do stands in services and publishing.

mod exports;
mod imports;
mod media_fetches;
mod parts;
mod schedule;

pub use exports::ExportRunner;
pub use imports::ImportRunner;
pub use media_fetches::MediaFetchRunner;
pub use schedule::Schedule;
