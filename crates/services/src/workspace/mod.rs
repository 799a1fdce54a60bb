//! Workspaces and their members.

mod workspaces;
