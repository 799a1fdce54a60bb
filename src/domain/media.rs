//! Pictures and videos, as the rules need to know them.

text_enum! {
    /// What kind of file a medium is, told from its bytes.
    MediaKind {
        /// A picture that does not move.
        Image = "image",
        /// An animated picture (GIF).
        Gif = "gif",
        /// A video.
        Video = "video",
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
