//! What claiming takes and gives, the same for both databases.

use super::resting::Resting;
use crate::rows::{Account, Job, Media, MediaFetch, Post, Step, Target};
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{JobId, PostId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::work::Lease;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a worker asks for.
#[derive(Clone, Debug)]
pub struct ClaimRequest {
    pub now: Timestamp,
    /// At most this many jobs.
    pub limit: i64,
    pub lease: Duration,
    /// Networks and accounts whose breaker is open.
    pub resting: Resting,
    pub budgets: BTreeMap<Platform, Budgets>,
    /// Waiting for a network ends this long after the due time.
    pub give_up_after: Duration,
}

/// The rate budgets of a network.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    pub app: BudgetRule,
    pub account: BudgetRule,
}

/// A due job, locked.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub job: Job,
    pub post_id: PostId,
}

/// What becomes of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Run,
    Defer(Timestamp),
    Expire,
}

/// A job that the asking worker now holds.
#[derive(Clone, Debug)]
pub struct Claim {
    pub job: Job,
    pub lease: Lease<JobId>,
    /// How long after its time it was claimed.
    pub lateness: Duration,
}

/// A held job with everything that is stored of what it is about.
#[derive(Clone, Debug)]
pub struct JobRows {
    pub job: Job,
    pub target: Target,
    pub post: Post,
    pub account: Account,
    /// What the network is to get, in its order.
    pub media: Vec<Media>,
    /// Oldest step first.
    pub ledger: Vec<Step>,
    /// Words that the workspace lets no post hold.
    pub banned: Vec<String>,
    /// Media that it is to have and has not, because they are not fetched.
    pub missing: Vec<MediaFetch>,
}

/// The outcome of a look at the queue.
#[derive(Debug, Default)]
pub struct Claims {
    pub claimed: Vec<Claim>,
    /// Something due was locked by another node: look again soon.
    pub more: bool,
    /// The newest event of each workspace that has one: the hub is to be woken.
    pub events: BTreeMap<WorkspaceId, Seq>,
}

/// What was taken from holders that are gone.
#[derive(Debug, Default)]
pub struct Retaken {
    /// How many jobs.
    pub jobs: usize,
    /// The newest event of each workspace that has one: the hub is to be woken.
    pub events: BTreeMap<WorkspaceId, Seq>,
}
