//! What the writer of exports and the database say to each other, the same for both databases.

use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::PostId;

/// The next part of a file.
#[derive(Clone, Debug)]
pub struct ExportChunk {
    pub content: String,
    /// Lines in it, the heading apart.
    pub rows: i64,
    /// Posts or days in it.
    pub done: i64,
    /// Posts or days of the whole file, as far as is known now.
    pub total: i64,
    /// Where the next part continues; `None`: this is the last.
    pub cursor: Option<(Timestamp, PostId)>,
}
