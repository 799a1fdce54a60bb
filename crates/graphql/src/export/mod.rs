//! Exports of a workspace's data.

mod object;

pub use object::{Export, ExportConnection, ExportFilter, ExportMutation, ExportQuery, exports_of};
