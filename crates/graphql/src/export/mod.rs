//! Exports of a workspace's data.

mod object;

pub use object::{Export, ExportMutation, ExportQuery};
