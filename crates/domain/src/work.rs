//! Work that is done under leases: its kinds, who holds a piece of it, and when what is due.

use crate::clock::Timestamp;
use std::time::Duration;

/// Longer than any lease, and a time that both databases can hold.
const FOR_EVER: Duration = Duration::from_hours(24 * 365 * 100);

/// A kind of leased work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKind {
    /// A target that is published, or deleted, on its network.
    Publish,
    /// An answer to a message.
    Reply,
    /// A look at an account's inbox.
    InboxPoll,
    /// A visit to an account's network for numbers.
    MetricsVisit,
    /// A medium that a post names by its address.
    MediaFetch,
    /// A file that is written in parts.
    Export,
    /// A file that is gone through in parts.
    Import,
    /// An account's token that ends soon.
    TokenRefresh,
    /// A file of the media store that no media row names.
    FileDeletion,
}

impl WorkKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Publish,
        Self::Reply,
        Self::InboxPoll,
        Self::MetricsVisit,
        Self::MediaFetch,
        Self::Export,
        Self::Import,
        Self::TokenRefresh,
        Self::FileDeletion,
    ];

    /// A word for logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Reply => "reply",
            Self::InboxPoll => "inbox_poll",
            Self::MetricsVisit => "metrics_visit",
            Self::MediaFetch => "media_fetch",
            Self::Export => "export",
            Self::Import => "import",
            Self::TokenRefresh => "token_refresh",
            Self::FileDeletion => "file_deletion",
        }
    }
}

impl std::fmt::Display for WorkKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The right to write what becomes of a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease<I> {
    /// What is held.
    pub id: I,
    /// Grows with every claim and takeover: who holds an older one writes nothing.
    pub token: i64,
    /// When it lapsed unless it was extended, by the clock of who gave it.
    pub until: Timestamp,
}

/// Which leases are taken from their holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapsed {
    /// Those that ended at least this long ago: their holders have certainly stopped.
    Since(Duration),
    /// All: whoever held them is gone.
    All,
}

impl Lapsed {
    /// Leases that end before this are taken.
    pub fn before(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Since(margin) => now.minus(margin),
            Self::All => now.plus(FOR_EVER),
        }
    }
}

/// What is due of all kinds, as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The time of the look, by the clock that the due times are meant by.
    pub now: Timestamp,
    /// One for each kind.
    pub entries: Vec<LookEntry>,
}

/// What is due of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookEntry {
    pub kind: WorkKind,
    /// When the next piece that nobody holds may be claimed; `None`: there is none.
    pub due_at: Option<Timestamp>,
    /// When the first of the leases ends; `None`: nothing is held.
    pub lapses_at: Option<Timestamp>,
    /// Pieces that are due or held; `None`: they were not counted.
    pub depth: Option<i64>,
}
