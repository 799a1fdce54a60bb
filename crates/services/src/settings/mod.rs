//! Settings of a workspace.

mod workspace_settings;
