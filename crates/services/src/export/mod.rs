//! Exports of a workspace's data.

mod exports;
mod report;
mod rows;

pub use exports::{ExportFile, ExportInput, Exports};
pub use fanfare_storage::page::ExportFilter;
pub use fanfare_storage::rows::Export;
