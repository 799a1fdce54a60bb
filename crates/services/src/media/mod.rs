//! The media library, media that posts name by their URLs, and files that are to be deleted.

mod changes;
mod fetches;
mod file_deletions;
mod library;
mod uses;

pub use fanfare_media::{MediaStore, MediaStream, StorageKey};
pub use fanfare_storage::page::MediaFilter;
pub use fanfare_storage::rows::{Media, MediaFetch};
pub use fanfare_storage::work::media_fetch::{ClaimedFetch, FetchFailure};
pub use fanfare_storage::work::unowned_file::ClaimedFile;
pub use fetches::{FetchBackoff, Fetched, MediaFetches};
pub use file_deletions::FileDeletions;
pub use library::{MediaLibrary, Upload};
pub use uses::UsesOf;
