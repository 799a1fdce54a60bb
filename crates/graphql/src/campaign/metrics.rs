//! The numbers of a campaign.

use crate::scalars::{BigInt, DateTime};
use async_graphql::SimpleObject;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::metrics::PostNumbers;

/// What people did with a campaign's published posts, of all its networks together, as these told last. A number that
/// none of them reports is null.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct CampaignMetrics {
    /// Likes and reactions.
    pub likes: Option<BigInt>,
    /// Comments and replies.
    pub comments: Option<BigInt>,
    /// Shares, reposts and quotes.
    pub shares: Option<BigInt>,
    /// Saves and bookmarks.
    pub saves: Option<BigInt>,
    /// Clicks on links.
    pub clicks: Option<BigInt>,
    /// Plays of videos, or views where the network counts them apart from impressions.
    pub views: Option<BigInt>,
    /// People who saw a post; who saw several is counted for each.
    pub reach: Option<BigInt>,
    /// Times that a post was shown.
    pub impressions: Option<BigInt>,
    /// Likes, comments, shares, saves and clicks together.
    pub engagement: BigInt,
    /// Engagement as a part of the reach, else of the impressions, else of the views: 0.05 is one in twenty. null where
    /// these are unknown or zero.
    pub engagement_rate: Option<f64>,
    /// When a network was asked last.
    pub updated_at: DateTime,
}

impl CampaignMetrics {
    pub fn new(numbers: &PostNumbers, measured_at: Timestamp) -> Self {
        Self {
            likes: numbers.likes.map(BigInt),
            comments: numbers.comments.map(BigInt),
            shares: numbers.shares.map(BigInt),
            saves: numbers.saves.map(BigInt),
            clicks: numbers.clicks.map(BigInt),
            views: numbers.views.map(BigInt),
            reach: numbers.reach.map(BigInt),
            impressions: numbers.impressions.map(BigInt),
            engagement: BigInt(numbers.engagement()),
            engagement_rate: numbers.engagement_rate(),
            updated_at: measured_at.into(),
        }
    }
}
