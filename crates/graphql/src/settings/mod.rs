//! Settings of a workspace.

mod object;

pub use object::{Settings, SettingsMutation, SettingsQuery};
