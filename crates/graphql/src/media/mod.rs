//! The media library, and media that posts name by their URLs.

mod fetch;
mod object;

pub use fetch::MediaFetch;
pub use object::{Media, MediaConnection, MediaFilter, MediaMutation, MediaQuery, media_files_of};
