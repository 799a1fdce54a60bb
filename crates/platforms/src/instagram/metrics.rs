//! Numbers of media and accounts (Instagram Platform, "Insights"). One metric that a medium does not have fails the whole
//! call: it is asked again without that one, and where insights are refused altogether, for the medium's public counts.

use super::Instagram;
use super::error::refusal;
use crate::transport::{Transport, read};
use async_trait::async_trait;
use fanfare_domain::metrics::{AccountNumbers, PostNumbers};
use fanfare_net::Reply;
use fanfare_platform_api::{Call, MetricsClient, PlatformError};
use reqwest::Method;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// What is asked of a medium.
const METRICS: [&str; 6] = ["views", "reach", "likes", "comments", "saved", "shares"];
/// Not an object of ours, or not there any more ("Error Codes": 100 with subcode 33).
const GONE_SUBCODE: i64 = 33;

#[derive(Deserialize)]
struct Insights {
    data: Vec<Insight>,
}

#[derive(Deserialize)]
struct Insight {
    name: String,
    #[serde(default)]
    values: Vec<Point>,
    total_value: Option<Point>,
}

#[derive(Deserialize)]
struct Point {
    value: Option<i64>,
}

impl Insights {
    fn value(&self, name: &str) -> Option<i64> {
        let insight = self.data.iter().find(|insight| insight.name == name)?;
        insight.total_value.as_ref().or(insight.values.first())?.value
    }

    fn numbers(&self) -> PostNumbers {
        PostNumbers {
            views: self.value("views"),
            reach: self.value("reach"),
            likes: self.value("likes"),
            comments: self.value("comments"),
            saves: self.value("saved"),
            shares: self.value("shares"),
            ..PostNumbers::default()
        }
    }
}

#[derive(Deserialize)]
struct PublicCounts {
    like_count: Option<i64>,
    comments_count: Option<i64>,
}

#[derive(Deserialize)]
struct Me {
    followers_count: Option<i64>,
    follows_count: Option<i64>,
    media_count: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    error: Fault,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fault {
    message: String,
    code: Option<i64>,
    error_subcode: Option<i64>,
}

/// What a refused call for insights leaves to do.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// Ask without the metric at this place.
    Without(usize),
    /// Ask for the public counts: the permission or the medium's insights are missing.
    PublicCounts,
    Gone,
    Fail(PlatformError),
}

fn next(reply: &Reply, error: PlatformError) -> Next {
    let fault = reply.json::<Answer>().unwrap_or_default().error;
    match (fault.code, fault.error_subcode) {
        (Some(100), Some(GONE_SUBCODE)) => Next::Gone,
        (Some(100), _) => unknown_metric(&fault.message).map_or(Next::PublicCounts, Next::Without),
        // A permission that was not granted: consenting is only needed for these numbers, not to publish.
        (Some(10 | 200..=299), _) => Next::PublicCounts,
        _ => Next::Fail(error),
    }
}

/// The place of the refused metric, from words such as `metric[2] must be one of the following values`.
fn unknown_metric(words: &str) -> Option<usize> {
    words.split_once("metric[")?.1.split_once(']')?.0.parse().ok()
}

impl Instagram {
    /// `GET /{media}/insights`; `None`: the medium is gone.
    async fn insights_of(&self, call: &Call<'_>, id: &str) -> Result<Option<PostNumbers>, PlatformError> {
        let mut names = METRICS.to_vec();
        while !names.is_empty() {
            let request = self
                .api
                .request(Method::GET, &[id, "insights"], call.access_token)?
                .query(&[("metric", names.join(","))]);
            let reply = self.transport.reply(request, call.time_left(Transport::CALL_LIMIT)).await?;
            if reply.status.is_success() {
                return Ok(Some(read::<Insights>(&reply)?.numbers()));
            }
            let error = refusal(&reply, self.transport.now()).redacted(&[call.access_token]);
            match next(&reply, error) {
                Next::Without(place) if place < names.len() => drop(names.remove(place)),
                Next::Without(_) | Next::PublicCounts => break,
                Next::Gone => return Ok(None),
                Next::Fail(error) => return Err(error),
            }
        }
        self.public_counts(call, id).await.map(Some)
    }

    /// `GET /{media}?fields=like_count,comments_count`: needs no more than the basic permission.
    async fn public_counts(&self, call: &Call<'_>, id: &str) -> Result<PostNumbers, PlatformError> {
        let request = self.api.request(Method::GET, &[id], call.access_token)?;
        let request = request.query(&[("fields", "like_count,comments_count")]);
        let counts: PublicCounts = self.api.call(call, request).await?;
        Ok(PostNumbers {
            likes: counts.like_count,
            comments: counts.comments_count,
            ..PostNumbers::default()
        })
    }

    /// `GET /{account}/insights`, of the last 24 hours; `None` where the account has no insights (they need 100
    /// followers) or did not grant them.
    async fn day_reach(&self, call: &Call<'_>) -> Result<Option<i64>, PlatformError> {
        let request =
            self.api.request(Method::GET, &[call.account_remote_id, "insights"], call.access_token)?;
        let request =
            request.query(&[("metric", "reach"), ("period", "day"), ("metric_type", "total_value")]);
        let reply = self.transport.reply(request, call.time_left(Transport::CALL_LIMIT)).await?;
        if reply.status.is_success() {
            return Ok(read::<Insights>(&reply)?.value("reach"));
        }
        let error = refusal(&reply, self.transport.now()).redacted(&[call.access_token]);
        match next(&reply, error) {
            Next::Fail(error) => Err(error),
            _ => Ok(None),
        }
    }
}

#[async_trait]
impl MetricsClient for Instagram {
    /// Insights are asked for one medium at a time.
    fn batch(&self) -> usize {
        1
    }

    /// A part of the 200 calls an hour that each account adds to the app's share.
    fn account_budget(&self) -> (u32, Duration) {
        (100, Duration::from_hours(1))
    }

    /// Instagram counts by account; this only bounds a fault of ours.
    fn app_budget(&self) -> (u32, Duration) {
        (10_000, Duration::from_hours(1))
    }

    async fn post_metrics(
        &self,
        call: &Call<'_>,
        ids: &[String],
    ) -> Result<BTreeMap<String, PostNumbers>, PlatformError> {
        let mut told = BTreeMap::new();
        for id in ids {
            let numbers = self.insights_of(call, id).await.map_err(PlatformError::without_effect)?;
            told.extend(numbers.map(|numbers| (id.clone(), numbers)));
        }
        Ok(told)
    }

    /// `GET /me`, and the account's reach.
    async fn account_metrics(&self, call: &Call<'_>) -> Result<AccountNumbers, PlatformError> {
        let request = self.api.request(Method::GET, &["me"], call.access_token)?;
        let request = request.query(&[("fields", "followers_count,follows_count,media_count")]);
        let me: Me = self.api.call(call, request).await.map_err(PlatformError::without_effect)?;
        Ok(AccountNumbers {
            followers: me.followers_count,
            following: me.follows_count,
            posts: me.media_count,
            reach: self.day_reach(call).await.map_err(PlatformError::without_effect)?,
            ..AccountNumbers::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, reply};

    fn refused(body: &str) -> Next {
        let reply = reply(400, &[], body);
        let error = refusal(&reply, at("2026-11-22T12:00:00Z"));
        next(&reply, error)
    }

    #[test]
    fn a_refusal_says_what_can_still_be_asked() {
        let metric = r#"{"error":{"message":"(#100) metric[2] must be one of the following values: reach","code":100}}"#;
        assert_eq!(refused(metric), Next::Without(2));
        let business = r#"{"error":{"message":"media posted before the conversion","code":100,"error_subcode":2108006}}"#;
        assert_eq!(refused(business), Next::PublicCounts);
        let permission = r#"{"error":{"message":"(#10) Application does not have permission","code":10}}"#;
        assert_eq!(refused(permission), Next::PublicCounts);
        let gone = r#"{"error":{"message":"does not exist","code":100,"error_subcode":33}}"#;
        assert_eq!(refused(gone), Next::Gone);
        let token = r#"{"error":{"message":"Session has expired","code":190,"error_subcode":463}}"#;
        assert!(matches!(refused(token), Next::Fail(PlatformError::Auth { .. })));
        let busy = r#"{"error":{"message":"limit reached","code":4}}"#;
        assert!(matches!(refused(busy), Next::Fail(PlatformError::RateLimited { .. })));
    }

    #[test]
    fn both_forms_of_a_value_are_read_and_a_missing_metric_is_not_known() {
        let insights: Insights = serde_json::from_str(
            r#"{"data":[{"name":"views","period":"lifetime","values":[{"value":120}]},
                {"name":"reach","period":"day","total_value":{"value":80}},{"name":"saved","values":[]}]}"#,
        )
        .unwrap();
        let expected = PostNumbers { views: Some(120), reach: Some(80), ..PostNumbers::default() };
        assert_eq!(insights.numbers(), expected);
    }
}
