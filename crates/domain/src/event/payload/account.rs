//! Accounts and their metrics.

use super::micros;
use crate::account::AccountStatus;
use crate::clock::Timestamp;
use crate::id::{AccountId, PostId, TargetId};
use crate::platform::Platform;
use serde::{Deserialize, Serialize};

/// An account whose connection or profile changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPayload {
    #[serde(flatten)]
    pub account: AccountRef,
    /// `None`: only its counts changed.
    #[serde(flatten)]
    pub state: Option<AccountState>,
}

/// An account, as every event of it names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRef {
    pub account_id: AccountId,
    pub platform: Platform,
    pub account_name: String,
}

/// The state of an account's connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    pub status: AccountStatus,
    /// Why the platform no longer accepts its token.
    pub reason: Option<String>,
}

/// An account whose access expires soon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenExpiring {
    #[serde(flatten)]
    pub account: AccountRef,
    pub status: AccountStatus,
    #[serde(serialize_with = "micros")]
    pub expires_at: Option<Timestamp>,
}

text_enum! {
    /// What was counted when a milestone was reached.
    MilestoneMetric {
        /// Followers of the account.
        Followers = "followers",
        /// Engagement with one publication of the account.
        Engagement = "engagement",
    }
}

/// A milestone that an account, or a publication of it, has reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MilestonePayload {
    #[serde(flatten)]
    pub account: AccountRef,
    /// `None`: the milestone is the account's own.
    #[serde(flatten)]
    pub publication: Option<PublicationRef>,
    pub metric: MilestoneMetric,
    /// The milestone.
    pub milestone: i64,
    /// The count that reached it.
    pub count: i64,
}

/// The publication that an event of metrics is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationRef {
    pub post_id: PostId,
    pub target_id: TargetId,
    /// The beginning of the post's text.
    pub content: String,
}

/// What one poll of an account found changed: one event for many publications, so that polls do not bury what people did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricsPayload {
    #[serde(flatten)]
    pub account: AccountRef,
    /// Those whose metrics changed, at least one.
    pub publications: Vec<PublicationMetrics>,
}

/// The lifetime metrics of one publication. `None`: the platform does not report it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationMetrics {
    #[serde(flatten)]
    pub publication: PublicationRef,
    pub likes: Option<i64>,
    pub comments: Option<i64>,
    pub shares: Option<i64>,
    pub saves: Option<i64>,
    pub clicks: Option<i64>,
    pub views: Option<i64>,
    pub reach: Option<i64>,
    pub impressions: Option<i64>,
    /// Likes, comments, shares, saves and clicks together.
    pub engagement: i64,
}
