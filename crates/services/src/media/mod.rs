//! The media library, and media that posts name by their URLs.

mod fetches;
mod library;

pub use fanfare_media::{MediaStore, MediaStream, StorageKey};
pub use fanfare_storage::page::MediaFilter;
pub use fanfare_storage::rows::{Media, MediaFetch};
pub use fanfare_storage::work::media_fetch::{ClaimedFetch, FetchFailure};
pub use fetches::{FetchBackoff, Fetched, MediaFetches};
pub use library::{MediaLibrary, Upload};
