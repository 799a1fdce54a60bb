//! Workspaces and their members.

mod creation;
mod workspaces;

pub use creation::WorkspaceDraft;
pub use fanfare_storage::rows::{Member, OwnWorkspace, Workspace};
pub use workspaces::{Members, Own, Used, Workspaces};
