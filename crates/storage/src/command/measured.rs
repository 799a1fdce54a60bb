//! What the fetch of numbers takes from the database and gives it, the same for both.

use chrono_tz::Tz;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::metrics::PostNumbers;
use fanfare_domain::platform::Platform;
use fanfare_domain::work::Lease;
use std::time::Duration;

/// What has no row of its own yet.
#[derive(Clone, Debug, Default)]
pub struct Unmeasured {
    pub accounts: Vec<(AccountId, WorkspaceId)>,
    pub targets: Vec<UnmeasuredTarget>,
}

impl Unmeasured {
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.targets.is_empty()
    }
}

/// A publication whose numbers were never asked for.
#[derive(Clone, Copy, Debug)]
pub struct UnmeasuredTarget {
    pub target_id: TargetId,
    pub workspace_id: WorkspaceId,
    pub post_id: PostId,
    pub account_id: AccountId,
}

/// A publication whose numbers are due.
#[derive(Clone, Debug)]
pub struct DueTarget {
    pub target_id: TargetId,
    pub external_id: String,
    pub published_at: Timestamp,
    /// The post's text, for the event.
    pub content: String,
}

/// A publication that the network was asked for.
#[derive(Clone, Debug)]
pub struct Measured {
    pub due: DueTarget,
    /// `None`: it is not there any more.
    pub numbers: Option<PostNumbers>,
}

/// A visit to an account's network that the asking worker holds.
#[derive(Clone, Debug)]
pub struct Visit {
    pub workspace_id: WorkspaceId,
    pub account_id: AccountId,
    pub lease: Lease<AccountId>,
    /// How long after its time it was claimed.
    pub lateness: Duration,
    /// When the account's own numbers are due.
    pub next_account_look_at: Timestamp,
    /// In a row.
    pub failures: i32,
}

/// Whose numbers are written, and when they were taken.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// Of the visit that took them: nothing is written once it is no longer held.
    pub lease: Lease<AccountId>,
    pub workspace_id: WorkspaceId,
    pub account_id: AccountId,
    pub account_name: String,
    pub platform: Platform,
    /// The workspace's: gains are counted for its days.
    pub zone: Tz,
    /// The shortest time between two looks at a publication ([`fanfare_domain::metrics::next_look`]).
    pub base: Duration,
    pub now: Timestamp,
}

/// How a visit to an account's network ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitEnd {
    /// Everything that was due was asked for.
    Done,
    /// Not before this time, through no fault: publishing comes first, or the network asked to wait.
    Wait(Timestamp),
    /// A fault: not before this time.
    Failed(Timestamp),
}
