//! The media library, and media that posts name by their URLs.

mod fetches;
mod library;

pub use fanfare_media::{MediaStore, MediaStream, StorageKey};
pub use fanfare_storage::media_fetch_work::{ClaimedFetch, FetchFailure};
pub use fanfare_storage::page::MediaFilter;
pub use fanfare_storage::rows::{Media, MediaFetch};
pub use fetches::{FetchBackoff, Fetched, MediaFetches};
pub use library::{MediaLibrary, Upload};
