//! The media library, and media that posts name by their URLs.

mod fetch;
mod object;
mod update;

pub use fetch::MediaFetch;
pub use object::{Media, MediaConnection, MediaFilter, MediaMutation, MediaQuery, media_files_of};
pub use update::MediaUpdateMutation;
