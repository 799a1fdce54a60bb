//! Pictures and videos, as the rules need to know them.

use super::patch::Patch;

text_enum! {
    /// What kind of file a medium is, detected from its bytes.
    MediaKind {
        /// A picture that does not move.
        Image = "image",
        /// An animated picture (GIF).
        Gif = "gif",
        /// A video.
        Video = "video",
    }
}

/// What an update sets of a media file.
#[derive(Clone, Debug, Default)]
pub struct MediaPatch {
    /// What users call the file.
    pub file_name: Patch<Option<String>>,
    /// For those who do not see it.
    pub alt_text: Patch<Option<String>>,
}

text_enum! {
    /// How far the fetch of a medium is that a post names by its address.
    FetchStatus {
        /// It waits for a worker, or for its next attempt.
        Queued = "queued",
        /// It is being fetched.
        Running = "running",
        /// The medium is in the library.
        Ready = "ready",
        /// It could not be fetched, or is no picture or video.
        Failed = "failed",
    }
}

impl FetchStatus {
    /// Whether a worker has something left to do.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

text_enum! {
    /// Whether a post has the media that it names by their addresses.
    MediaState {
        /// At least one is still to come: nothing of the post that needs them is sent.
        Fetching = "fetching",
        /// All are there.
        Ready = "ready",
        /// At least one will not come.
        Failed = "failed",
    }
}

impl MediaState {
    /// What follows from the fetches of a post; `None`: it has none.
    pub fn of(fetches: &[FetchStatus]) -> Option<Self> {
        if fetches.is_empty() {
            None
        } else if fetches.iter().any(|fetch| fetch.is_open()) {
            Some(Self::Fetching)
        } else if fetches.contains(&FetchStatus::Failed) {
            Some(Self::Failed)
        } else {
            Some(Self::Ready)
        }
    }
}

/// What a network's rules ask of a medium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFacts {
    pub kind: MediaKind,
    /// Lower-case MIME type, such as `image/jpeg`.
    pub mime_type: String,
    pub size_bytes: u64,
    /// In pixels; `None` where it could not be read.
    pub width: Option<u32>,
    /// In pixels; `None` where it could not be read.
    pub height: Option<u32>,
    /// In milliseconds; `None` for pictures and where it could not be read.
    pub duration_ms: Option<u64>,
    pub alt_text: Option<String>,
}
