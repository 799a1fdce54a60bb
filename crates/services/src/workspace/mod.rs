//! Workspaces and their members.

mod workspaces;

pub use fanfare_storage::rows::{Member, OwnWorkspace, Workspace};
pub use workspaces::{Members, Own, Used, Workspaces};
