//! Media files: which types are accepted, detected from the bytes; what can be read of a picture or a video; and the
//! store.

#![cfg_attr(test, expect(clippy::trivially_copy_pass_by_ref, reason = "generated callbacks give references"))]
#![cfg_attr(test, expect(clippy::unnecessary_wraps, reason = "functions of one kind keep one form"))]

mod digest;
mod error;
mod file_type;
mod inspect;
mod mp4;
mod picture;
mod storage_key;
mod store;
mod video_facts;
mod video_probe;

pub use digest::digest;
pub use error::{MediaError, MediaResult};
pub use file_type::FileType;
pub use inspect::{Inspected, inspect, measure};
pub use storage_key::StorageKey;
pub use store::{MediaStore, MediaStream};
pub use video_facts::VideoFacts;
