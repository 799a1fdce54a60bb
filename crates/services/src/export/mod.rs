//! Exports of a workspace's data.

mod exports;
mod report;
mod rows;

pub use exports::{ExportAtWork, ExportFile, ExportInput};
