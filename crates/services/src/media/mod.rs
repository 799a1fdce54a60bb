//! The media library, and media that posts name by their URLs.

mod fetches;
mod library;

pub use fetches::{FetchAtWork, FetchBackoff};
pub use library::{MediaStore, MediaStream, StorageKey, Upload};
