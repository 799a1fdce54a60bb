//! Workspaces and their members.

mod contents;
mod object;
mod query;
mod usage;

pub use object::{Workspace, WorkspaceConnection, WorkspaceMember, WorkspaceMutation};
pub use query::WorkspaceQuery;
