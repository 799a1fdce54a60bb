//! Settings of a workspace.

mod object;

pub use object::{SettingsMutation, SettingsQuery};
