//! Workspaces and their members.

mod contents;
mod object;
mod query;
mod usage;

pub use object::{
    Workspace, WorkspaceConnection, WorkspaceEdge, WorkspaceMember, WorkspaceMemberEdge, WorkspaceMutation,
};
pub use query::WorkspaceQuery;
