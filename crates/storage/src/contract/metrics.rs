//! The numbers of publications and accounts: written with their events, read by loaders.

use chrono::NaiveDate;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_domain::metrics::AccountNumbers;
use fanfare_storage::command::measured::{Measured, Measurement};
use fanfare_storage::rows::{AccountMetricDay, TargetMetricPoint, TargetMetrics};

contract! {
    trait Metrics = metrics;

    /// Writes what a platform reported of publications: the last numbers, a point and the day's gains where they have
    /// changed, and one event for each post whose numbers changed. `None`: nothing changed.
    write record_posts(of: Measurement, measured: Vec<Measured>) -> Option<Seq>;
    /// Writes what a platform reported of an account: the day's row, the account's own counts, and events where these
    /// changed or a milestone was reached. An account that is seen for the first time has reached what it has reached.
    /// `next`: when it is looked at again.
    write record_account(of: Measurement, numbers: AccountNumbers, next: Timestamp) -> Option<Seq>;
    /// The last numbers of posts' publications.
    read of_posts(workspace: WorkspaceId, posts: &[PostId]) -> Vec<TargetMetrics>;
    /// The points of posts' publications, oldest first.
    read points_of_posts(workspace: WorkspaceId, posts: &[PostId]) -> Vec<TargetMetricPoint>;
    /// The days of accounts from `from` to `to`, oldest first.
    read days_of_accounts(
        workspace: WorkspaceId,
        accounts: &[AccountId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Vec<AccountMetricDay>;
    /// The days of accounts, back to `days` before the workspace's newest; oldest first.
    read recent_days_of_accounts(
        workspace: WorkspaceId,
        accounts: &[AccountId],
        days: u64,
    ) -> Vec<AccountMetricDay>;
}
