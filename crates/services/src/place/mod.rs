//! The workspaces that rows belong to.

mod places;

pub use places::{Places, RowIds};
