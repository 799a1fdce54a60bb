//! Workspaces, their members and settings, and what belongs to them.

mod creation;
pub mod invitations;
pub mod members;
pub mod ownership;
pub mod settings;
pub mod usage;
pub mod workspaces;
