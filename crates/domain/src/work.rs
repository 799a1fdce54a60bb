//! Work that is done under leases: its kinds, who holds a piece of it, and when what is due.

use crate::clock::Timestamp;
use std::time::Duration;

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

/// What ends later than so many times a lease from now was not given by the present clock.
const FAR: u32 = 10;

/// Which leases are watched, as their holders may be gone: those that were not extended for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// For how long a lease is given and extended.
    pub lease_for: Duration,
    /// How long ago it was given or extended, at least.
    pub silent_for: Duration,
}

impl Overdue {
    /// Leases that end at this time or before it are overdue at `now`.
    pub fn by(self, now: Timestamp) -> Timestamp {
        now.plus(self.lease_for).minus(self.silent_for)
    }

    /// Leases that end after this time were given before the clock was set back to `now`: none is given for so long, not
    /// even by a server whose leases are a few times longer. By that clock they are overdue only when it has caught up, so
    /// they are watched at once.
    pub fn beyond(self, now: Timestamp) -> Timestamp {
        now.plus(self.lease_for.saturating_mul(FAR))
    }

    /// Whether a lease that ends at `until` is watched at `now`.
    pub fn watches(self, until: Timestamp, now: Timestamp) -> bool {
        until <= self.by(now) || until > self.beyond(now)
    }

    /// When a lease that ends at `until` is overdue, unless it is extended before.
    pub fn at(self, until: Timestamp) -> Timestamp {
        until.plus(self.silent_for).minus(self.lease_for)
    }
}

/// Which leases are taken from their holders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lapsed<I> {
    /// Those that are still as they were when they were seen: their holders could extend them, and did not.
    Seen(Vec<Lease<I>>),
    /// All: whoever held them is gone.
    All,
}

impl<I: Copy + PartialEq> Lapsed<I> {
    /// What is held under the leases; `None`: everything that is held.
    pub fn ids(&self) -> Option<Vec<I>> {
        match self {
            Self::Seen(leases) => Some(leases.iter().map(|lease| lease.id).collect()),
            Self::All => None,
        }
    }

    /// Whether the lease of a row is taken over, where the row has these values now.
    pub fn takes(&self, id: I, token: i64, until: Option<Timestamp>) -> bool {
        match self {
            Self::Seen(leases) => until.is_some_and(|until| leases.contains(&Lease { id, token, until })),
            Self::All => true,
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
    /// When the last of the leases ends; `None`: nothing is held, or this was not counted.
    pub last_lapses_at: Option<Timestamp>,
    /// Pieces that are due or held; `None`: they were not counted.
    pub depth: Option<i64>,
}
