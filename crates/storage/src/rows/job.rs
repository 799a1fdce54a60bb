use crate::schema::{jobs, rate_buckets};
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, JobId, TargetId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{JobKind, JobState};

/// Work to be done, and who is at it.
#[derive(Clone, Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = jobs)]
pub struct Job {
    pub id: JobId,
    pub workspace_id: WorkspaceId,
    pub kind: JobKind,
    pub target_id: TargetId,
    pub account_id: AccountId,
    pub platform: Platform,
    pub state: JobState,
    pub run_at: Timestamp,
    pub due_at: Timestamp,
    pub attempts: i32,
    pub budget_taken: bool,
    pub lease_until: Option<Timestamp>,
    /// Grows with every claim: the fencing token.
    pub lease_token: i64,
}

/// A job about to be queued.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
pub struct NewJob {
    pub workspace_id: WorkspaceId,
    pub kind: JobKind,
    pub target_id: TargetId,
    pub account_id: AccountId,
    pub platform: Platform,
    pub state: JobState,
    pub run_at: Timestamp,
    pub due_at: Timestamp,
    pub attempts: i32,
    pub budget_taken: bool,
    pub lease_token: i64,
    pub created_at: Timestamp,
}

/// A token bucket of a network's app or of an account.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rate_buckets)]
pub struct Bucket {
    pub bucket: String,
    pub tokens: f64,
    pub updated_at: Timestamp,
}
