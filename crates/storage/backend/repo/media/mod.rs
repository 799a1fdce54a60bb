//! The media library, media that is fetched, and files without a media row.

pub(super) mod attachments;
pub mod fetches;
pub mod files;
pub mod unowned_files;
pub mod uses;

pub use files::*;
pub use uses::*;
