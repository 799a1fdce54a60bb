//! The numbers of a post and of its publications.

use crate::request::Loaders;
use crate::scalars::{BigInt, DateTime};
use async_graphql::{Lookahead, Object, Result, SimpleObject};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{PostId, TargetId, WorkspaceId};
use fanfare_domain::metrics::PostNumbers;
use fanfare_domain::platform::Platform;
use fanfare_query_limits::directives::list_size;
use fanfare_services::account::Account;
use fanfare_services::metrics::{TargetMetricPoint, TargetMetrics};
use fanfare_services::publication::Target;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Points that a history shows at most: the newest.
const POINTS: usize = 500;

/// What was measured of a post: of all its publications, and their points where these are asked for.
#[derive(Clone, Debug, Default)]
pub struct PostMeasurements {
    targets: Vec<TargetMetrics>,
    points: Vec<TargetMetricPoint>,
}

impl PostMeasurements {
    /// `metrics`: the field as the document selects it. What is needed is read with one level of loads.
    pub async fn load(
        loaders: &Loaders,
        metrics: Lookahead<'_>,
        workspace: WorkspaceId,
        post: PostId,
    ) -> Result<Self> {
        let targets = loaders.metrics_of_post(workspace, post);
        if !metrics.field("history").exists() {
            return Ok(Self { targets: targets.await?, points: Vec::new() });
        }
        let points = loaders.metric_points_of_post(workspace, post);
        let (targets, points) = futures_util::try_join!(targets, points)?;
        Ok(Self { targets, points })
    }

    /// Of the whole post; `None`: nothing was measured yet.
    pub fn of_post(&self) -> Option<PostMetrics> {
        Self::sum(self.targets.iter(), self.points.iter())
    }

    /// Of some of its publications.
    pub fn of_targets(&self, ids: &[TargetId]) -> Option<PostMetrics> {
        let targets = self.targets.iter().filter(|row| ids.contains(&row.target_id));
        Self::sum(targets, self.points.iter().filter(|point| ids.contains(&point.target_id)))
    }

    /// Of each network that the post is for, in the order in which its first account was chosen.
    pub fn by_platform(&self, publications: &[(Arc<Target>, Arc<Account>)]) -> Vec<PlatformMetrics> {
        let mut networks: Vec<(Platform, Vec<TargetId>)> = Vec::new();
        for (target, account) in publications {
            match networks.iter_mut().find(|(platform, _)| *platform == account.platform) {
                Some((_, ids)) => ids.push(target.id),
                None => networks.push((account.platform, vec![target.id])),
            }
        }
        let numbers = |(platform, ids): (Platform, Vec<TargetId>)| PlatformMetrics {
            platform,
            metrics: self.of_targets(&ids),
        };
        networks.into_iter().map(numbers).collect()
    }

    fn sum<'a>(
        targets: impl Iterator<Item = &'a TargetMetrics>,
        points: impl Iterator<Item = &'a TargetMetricPoint>,
    ) -> Option<PostMetrics> {
        let mut numbers = PostNumbers::default();
        let mut updated_at: Option<Timestamp> = None;
        for row in targets {
            numbers = numbers.plus(&row.numbers());
            updated_at = updated_at.max(row.measured_at);
        }
        Some(PostMetrics { numbers, updated_at: updated_at?, history: history(points) })
    }
}

/// The sum of all publications at each point: those that have none at that time stand as they stood before.
fn history<'a>(points: impl Iterator<Item = &'a TargetMetricPoint>) -> Vec<(Timestamp, PostNumbers)> {
    let mut last: BTreeMap<TargetId, PostNumbers> = BTreeMap::new();
    let mut line: Vec<(Timestamp, PostNumbers)> = Vec::new();
    for point in points {
        last.insert(point.target_id, point.numbers());
        let sum = last.values().fold(PostNumbers::default(), |sum, one| sum.plus(one));
        match line.last_mut().filter(|(at, _)| *at == point.taken_at) {
            Some(same) => same.1 = sum,
            None => line.push((point.taken_at, sum)),
        }
    }
    line.split_off(line.len().saturating_sub(POINTS))
}

/// See the schema.
pub struct PostMetrics {
    numbers: PostNumbers,
    updated_at: Timestamp,
    history: Vec<(Timestamp, PostNumbers)>,
}

/// What people did with a published post since it was published, as its networks told last. A number that none of its
/// networks reports is null.
#[Object(crate = "crate::execution")]
impl PostMetrics {
    /// Likes and reactions.
    async fn likes(&self) -> Option<BigInt> {
        self.numbers.likes.map(BigInt)
    }
    /// Comments and replies.
    async fn comments(&self) -> Option<BigInt> {
        self.numbers.comments.map(BigInt)
    }
    /// Shares, reposts and quotes.
    async fn shares(&self) -> Option<BigInt> {
        self.numbers.shares.map(BigInt)
    }
    /// Saves and bookmarks.
    async fn saves(&self) -> Option<BigInt> {
        self.numbers.saves.map(BigInt)
    }
    /// Clicks on its link.
    async fn clicks(&self) -> Option<BigInt> {
        self.numbers.clicks.map(BigInt)
    }
    /// Plays of a video, or views where the network counts them apart from impressions.
    async fn views(&self) -> Option<BigInt> {
        self.numbers.views.map(BigInt)
    }
    /// People who saw it; of several networks their sum.
    async fn reach(&self) -> Option<BigInt> {
        self.numbers.reach.map(BigInt)
    }
    /// Times that it was shown.
    async fn impressions(&self) -> Option<BigInt> {
        self.numbers.impressions.map(BigInt)
    }
    /// Likes, comments, shares, saves and clicks together.
    async fn engagement(&self) -> BigInt {
        BigInt(self.numbers.engagement())
    }
    /// Engagement as a part of the reach, else of the impressions, else of the views: 0.05 is one in twenty. null where
    /// these are unknown or zero.
    async fn engagement_rate(&self) -> Option<f64> {
        self.numbers.engagement_rate()
    }
    /// When the networks were asked last.
    async fn updated_at(&self) -> DateTime {
        self.updated_at.into()
    }
    /// The numbers at each time when they had changed, oldest first; at most the 500 newest.
    #[graphql(directive = list_size::apply(30))]
    async fn history(&self) -> Vec<PostMetricsPoint> {
        self.history.iter().map(|(at, numbers)| PostMetricsPoint::new(*at, numbers)).collect()
    }
}

/// The numbers of a post on one network.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct PlatformMetrics {
    /// The network.
    pub platform: Platform,
    /// Of all the post's accounts there; null until it was asked.
    pub metrics: Option<PostMetrics>,
}

/// The numbers of a post at a time. A number that none of its networks reports is null.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct PostMetricsPoint {
    /// When the networks were asked.
    pub at: DateTime,
    /// Likes and reactions.
    pub likes: Option<BigInt>,
    /// Comments and replies.
    pub comments: Option<BigInt>,
    /// Shares, reposts and quotes.
    pub shares: Option<BigInt>,
    /// Plays or views.
    pub views: Option<BigInt>,
    /// People who saw it.
    pub reach: Option<BigInt>,
    /// Times that it was shown.
    pub impressions: Option<BigInt>,
    /// Likes, comments, shares, saves and clicks together.
    pub engagement: BigInt,
}

impl PostMetricsPoint {
    fn new(at: Timestamp, numbers: &PostNumbers) -> Self {
        Self {
            at: at.into(),
            likes: numbers.likes.map(BigInt),
            comments: numbers.comments.map(BigInt),
            shares: numbers.shares.map(BigInt),
            views: numbers.views.map(BigInt),
            reach: numbers.reach.map(BigInt),
            impressions: numbers.impressions.map(BigInt),
            engagement: BigInt(numbers.engagement()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(target: i64, second: i64, likes: i64) -> TargetMetricPoint {
        let row = TargetMetrics {
            target_id: TargetId(target),
            workspace_id: WorkspaceId(1),
            post_id: PostId(1),
            account_id: fanfare_domain::id::AccountId(1),
            views: None,
            impressions: None,
            reach: None,
            likes: None,
            comments: None,
            shares: None,
            saves: None,
            clicks: None,
            milestone: 0,
            measured_at: None,
        };
        let numbers = PostNumbers { likes: Some(likes), ..PostNumbers::default() };
        TargetMetricPoint::new(&row, &numbers, Timestamp::from_micros(second * 1_000_000).unwrap())
    }

    #[test]
    fn a_history_carries_each_publication_on_between_its_points() {
        let points = [point(1, 1, 3), point(2, 2, 10), point(1, 3, 4), point(2, 3, 11)];
        let likes: Vec<Option<i64>> = history(points.iter()).iter().map(|(_, sum)| sum.likes).collect();
        assert_eq!(likes, [Some(3), Some(13), Some(15)]);
    }
}
