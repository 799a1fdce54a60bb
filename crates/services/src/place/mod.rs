//! The workspaces that rows belong to.

mod places;

pub use fanfare_domain::row_id::{Place, RowId};
pub use places::Places;
