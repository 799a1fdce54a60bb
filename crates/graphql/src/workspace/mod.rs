//! Workspaces and their members.

mod object;

pub use object::{Workspace, WorkspaceConnection, WorkspaceMutation, named_workspace, workspace_of_input};
