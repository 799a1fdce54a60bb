//! Settings of a workspace.

mod workspace_settings;

pub use workspace_settings::Settings;
