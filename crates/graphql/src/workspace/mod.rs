//! Workspaces and their members.

mod object;

pub use object::{Workspace, WorkspaceConnection, WorkspaceMember, WorkspaceMutation};
