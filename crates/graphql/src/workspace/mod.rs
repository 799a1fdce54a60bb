//! Workspaces and their members.

mod object;
mod usage;

pub use object::{Workspace, WorkspaceConnection, WorkspaceMember, WorkspaceMutation};
