//! Numbers of posts and users (X API v2, "Metrics": `public_metrics`). X tells no reach, and clicks only to the author
//! for 30 days, in another field.

use super::Twitter;
use async_trait::async_trait;
use fanfare_domain::metrics::{AccountNumbers, PostNumbers};
use fanfare_platform_api::{Call, MetricsClient, PlatformError};
use reqwest::Method;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Deserialize)]
struct Posts {
    /// Absent where none of the ids is there any more.
    #[serde(default)]
    data: Vec<Post>,
}

#[derive(Deserialize)]
struct Post {
    id: String,
    public_metrics: Option<PostMetrics>,
}

#[derive(Deserialize)]
struct PostMetrics {
    retweet_count: Option<i64>,
    quote_count: Option<i64>,
    reply_count: Option<i64>,
    like_count: Option<i64>,
    bookmark_count: Option<i64>,
    impression_count: Option<i64>,
}

impl From<PostMetrics> for PostNumbers {
    fn from(told: PostMetrics) -> Self {
        let shares = match (told.retweet_count, told.quote_count) {
            (None, None) => None,
            (reposts, quotes) => Some(reposts.unwrap_or(0).saturating_add(quotes.unwrap_or(0))),
        };
        Self {
            impressions: told.impression_count,
            likes: told.like_count,
            comments: told.reply_count,
            shares,
            saves: told.bookmark_count,
            ..Self::default()
        }
    }
}

#[derive(Deserialize)]
struct Me {
    data: User,
}

#[derive(Deserialize)]
struct User {
    public_metrics: Option<UserMetrics>,
}

#[derive(Deserialize)]
struct UserMetrics {
    followers_count: Option<i64>,
    following_count: Option<i64>,
    tweet_count: Option<i64>,
}

#[async_trait]
impl MetricsClient for Twitter {
    /// `GET /2/tweets` takes up to 100 ids.
    fn batch(&self) -> usize {
        100
    }

    /// A part of the 900 reads that a user has in 15 minutes: each post that is read is paid for.
    fn account_budget(&self) -> (u32, Duration) {
        (60, Duration::from_mins(15))
    }

    fn app_budget(&self) -> (u32, Duration) {
        (1_000, Duration::from_mins(15))
    }

    /// `GET /2/tweets`.
    async fn post_metrics(
        &self,
        call: &Call<'_>,
        ids: &[String],
    ) -> Result<BTreeMap<String, PostNumbers>, PlatformError> {
        let query = [("ids", ids.join(",")), ("tweet.fields", "public_metrics".to_owned())];
        let request = self.api.request(Method::GET, &["tweets"], call.access_token)?.query(&query);
        let posts: Posts = self.api.call(call, request).await.map_err(PlatformError::without_effect)?;
        let told = posts.data.into_iter().filter_map(|post| Some((post.id, post.public_metrics?.into())));
        Ok(told.collect())
    }

    /// `GET /2/users/me`.
    async fn account_metrics(&self, call: &Call<'_>) -> Result<AccountNumbers, PlatformError> {
        let request = self.api.request(Method::GET, &["users", "me"], call.access_token)?;
        let request = request.query(&[("user.fields", "public_metrics")]);
        let me: Me = self.api.call(call, request).await.map_err(PlatformError::without_effect)?;
        let Some(told) = me.data.public_metrics else { return Ok(AccountNumbers::default()) };
        Ok(AccountNumbers {
            followers: told.followers_count,
            following: told.following_count,
            posts: told.tweet_count,
            ..AccountNumbers::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reposts_and_quotes_are_shares_and_what_x_leaves_out_is_not_known() {
        let posts: Posts = serde_json::from_str(
            r#"{"data":[{"id":"1","text":"a","public_metrics":{"retweet_count":2,"reply_count":3,"like_count":5,
                "quote_count":1,"bookmark_count":4,"impression_count":90}},{"id":"2","text":"b","public_metrics":{}}],
               "errors":[{"resource_id":"3","title":"Not Found Error"}]}"#,
        )
        .unwrap();
        let numbers: Vec<PostNumbers> =
            posts.data.into_iter().map(|post| post.public_metrics.unwrap().into()).collect();
        let first = PostNumbers {
            impressions: Some(90),
            likes: Some(5),
            comments: Some(3),
            shares: Some(3),
            saves: Some(4),
            ..PostNumbers::default()
        };
        assert_eq!(numbers, [first, PostNumbers::default()]);
    }

    #[test]
    fn an_answer_without_a_post_is_read() {
        let none: Posts = serde_json::from_str(r#"{"errors":[{"title":"Not Found Error"}]}"#).unwrap();
        assert!(none.data.is_empty());
    }
}
