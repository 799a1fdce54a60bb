//! The media library, and media that is fetched.

pub(super) mod attachments;
pub mod fetches;
pub mod files;

pub use files::*;
