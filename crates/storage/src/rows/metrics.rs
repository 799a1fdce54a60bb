use crate::schema::{
    account_metric_days, account_metrics, target_metric_days, target_metric_points, target_metrics,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::metrics::{PostNumbers, known_sum};

/// The last numbers of a publication.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = target_metrics)]
pub struct TargetMetrics {
    pub target_id: TargetId,
    pub workspace_id: WorkspaceId,
    pub post_id: PostId,
    pub account_id: AccountId,
    pub views: Option<i64>,
    pub impressions: Option<i64>,
    pub reach: Option<i64>,
    pub likes: Option<i64>,
    pub comments: Option<i64>,
    pub shares: Option<i64>,
    pub saves: Option<i64>,
    pub clicks: Option<i64>,
    /// The highest milestone of the engagement that was told; 0 before the first.
    pub milestone: i64,
    /// `None`: not looked at yet.
    pub measured_at: Option<Timestamp>,
}

/// The numbers of a publication as they were at a time.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = target_metric_points)]
pub struct TargetMetricPoint {
    pub target_id: TargetId,
    pub taken_at: Timestamp,
    pub workspace_id: WorkspaceId,
    pub post_id: PostId,
    pub views: Option<i64>,
    pub impressions: Option<i64>,
    pub reach: Option<i64>,
    pub likes: Option<i64>,
    pub comments: Option<i64>,
    pub shares: Option<i64>,
    pub saves: Option<i64>,
    pub clicks: Option<i64>,
}

macro_rules! numbers {
    ($($row:ident),+) => {$(
        impl $row {
            pub fn numbers(&self) -> PostNumbers {
                PostNumbers {
                    views: self.views,
                    impressions: self.impressions,
                    reach: self.reach,
                    likes: self.likes,
                    comments: self.comments,
                    shares: self.shares,
                    saves: self.saves,
                    clicks: self.clicks,
                }
            }
        }
    )+};
}
numbers!(TargetMetrics, TargetMetricPoint);

impl TargetMetricPoint {
    pub fn new(of: &TargetMetrics, numbers: &PostNumbers, taken_at: Timestamp) -> Self {
        Self {
            target_id: of.target_id,
            taken_at,
            workspace_id: of.workspace_id,
            post_id: of.post_id,
            views: numbers.views,
            impressions: numbers.impressions,
            reach: numbers.reach,
            likes: numbers.likes,
            comments: numbers.comments,
            shares: numbers.shares,
            saves: numbers.saves,
            clicks: numbers.clicks,
        }
    }
}

/// What a publication gained on a day of its workspace's time zone.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = target_metric_days, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct TargetMetricDay {
    pub target_id: TargetId,
    pub day: NaiveDate,
    pub workspace_id: WorkspaceId,
    pub post_id: PostId,
    pub account_id: AccountId,
    pub engagement: i64,
    pub views: Option<i64>,
    pub impressions: Option<i64>,
    pub reach: Option<i64>,
}

impl TargetMetricDay {
    pub fn new(of: &TargetMetrics, day: NaiveDate, gained: &PostNumbers) -> Self {
        Self {
            target_id: of.target_id,
            day,
            workspace_id: of.workspace_id,
            post_id: of.post_id,
            account_id: of.account_id,
            engagement: gained.engagement(),
            views: gained.views,
            impressions: gained.impressions,
            reach: gained.reach,
        }
    }

    /// Together with what was gained earlier on the day.
    #[must_use]
    pub fn plus(mut self, earlier: Option<&Self>) -> Self {
        if let Some(earlier) = earlier {
            self.engagement = self.engagement.saturating_add(earlier.engagement);
            self.views = known_sum(self.views, earlier.views);
            self.impressions = known_sum(self.impressions, earlier.impressions);
            self.reach = known_sum(self.reach, earlier.reach);
        }
        self
    }
}

/// When an account's numbers are fetched.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_metrics)]
pub struct AccountMetrics {
    pub account_id: AccountId,
    pub workspace_id: WorkspaceId,
    /// The highest milestone of the followers that was told; `None`: never looked at.
    pub milestone: Option<i64>,
    pub next_account_look_at: Timestamp,
    /// The earliest of the account's own look and its publications'.
    pub run_at: Timestamp,
    /// Failed visits in a row.
    pub failures: i32,
    /// Grows with every claim: the fencing token.
    pub lease_token: i64,
}

/// An account's numbers on a UTC day: the last that were taken.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = account_metric_days, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct AccountMetricDay {
    pub account_id: AccountId,
    pub utc_day: NaiveDate,
    pub workspace_id: WorkspaceId,
    pub taken_at: Timestamp,
    pub followers: Option<i64>,
    pub following: Option<i64>,
    /// Published items on the network.
    pub posts: Option<i64>,
    /// Views of everything that the account ever published.
    pub views: Option<i64>,
    /// People who saw anything of it in the 24 hours before.
    pub reach: Option<i64>,
}
