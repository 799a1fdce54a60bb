//! Numbers of videos and channels (YouTube Data API, `part=statistics`). Counts come as texts; a count that the channel
//! hides is left out.

use super::Youtube;
use async_trait::async_trait;
use fanfare_domain::metrics::{AccountNumbers, PostNumbers};
use fanfare_platform_api::{Call, MetricsClient, PlatformError};
use reqwest::Method;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Deserialize)]
struct List<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
}

#[derive(Deserialize)]
struct Video {
    id: String,
    #[serde(default)]
    statistics: VideoStatistics,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct VideoStatistics {
    view_count: Option<String>,
    like_count: Option<String>,
    comment_count: Option<String>,
}

#[derive(Deserialize)]
struct Channel {
    #[serde(default)]
    statistics: ChannelStatistics,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ChannelStatistics {
    view_count: Option<String>,
    subscriber_count: Option<String>,
    hidden_subscriber_count: bool,
    video_count: Option<String>,
}

fn count(text: Option<String>) -> Option<i64> {
    text?.parse().ok()
}

impl From<VideoStatistics> for PostNumbers {
    fn from(told: VideoStatistics) -> Self {
        Self {
            views: count(told.view_count),
            likes: count(told.like_count),
            comments: count(told.comment_count),
            ..Self::default()
        }
    }
}

impl From<ChannelStatistics> for AccountNumbers {
    fn from(told: ChannelStatistics) -> Self {
        Self {
            followers: count(told.subscriber_count).filter(|_| !told.hidden_subscriber_count),
            posts: count(told.video_count),
            views: count(told.view_count),
            ..Self::default()
        }
    }
}

#[async_trait]
impl MetricsClient for Youtube {
    /// `videos.list` takes up to 50 ids.
    fn batch(&self) -> usize {
        50
    }

    fn account_budget(&self) -> (u32, Duration) {
        (500, Duration::from_hours(24))
    }

    /// A list costs one unit of the app's 10,000 a day; uploads and comments need the rest.
    fn app_budget(&self) -> (u32, Duration) {
        (4_000, Duration::from_hours(24))
    }

    /// `videos.list`.
    async fn post_metrics(
        &self,
        call: &Call<'_>,
        ids: &[String],
    ) -> Result<BTreeMap<String, PostNumbers>, PlatformError> {
        let query =
            [("part", "statistics".to_owned()), ("id", ids.join(",")), ("maxResults", "50".to_owned())];
        let request = self.api.request(Method::GET, &["videos"], call.access_token)?.query(&query);
        let videos: List<Video> =
            self.api.call(call, request).await.map_err(PlatformError::without_effect)?;
        Ok(videos.items.into_iter().map(|video| (video.id, video.statistics.into())).collect())
    }

    /// `channels.list`.
    async fn account_metrics(&self, call: &Call<'_>) -> Result<AccountNumbers, PlatformError> {
        let request = self
            .api
            .request(Method::GET, &["channels"], call.access_token)?
            .query(&[("part", "statistics"), ("mine", "true")]);
        let channels: List<Channel> =
            self.api.call(call, request).await.map_err(PlatformError::without_effect)?;
        let channel = channels.items.into_iter().next();
        Ok(channel.map(|channel| channel.statistics.into()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_count_is_not_known() {
        let list: List<Video> = serde_json::from_str(
            r#"{"items":[{"id":"a","statistics":{"viewCount":"1200","favoriteCount":"0"}},{"id":"b"}]}"#,
        )
        .unwrap();
        let numbers: Vec<PostNumbers> = list.items.into_iter().map(|video| video.statistics.into()).collect();
        let seen = PostNumbers { views: Some(1_200), ..PostNumbers::default() };
        assert_eq!(numbers, [seen, PostNumbers::default()]);
        let hidden: ChannelStatistics = serde_json::from_str(
            r#"{"viewCount":"9","subscriberCount":"0","hiddenSubscriberCount":true,"videoCount":"2"}"#,
        )
        .unwrap();
        let expected = AccountNumbers { posts: Some(2), views: Some(9), ..AccountNumbers::default() };
        assert_eq!(AccountNumbers::from(hidden), expected);
    }
}
