//! The media library, and media that posts name by their URLs.

mod fetch;
mod object;
mod update;

pub use fetch::MediaFetch;
pub use object::{Media, MediaMutation, MediaQuery};
pub use update::MediaUpdateMutation;
