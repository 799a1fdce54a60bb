//! Accounts and their metrics.

use super::Payload;
use crate::account::Account;
use crate::post::{Post, PostTarget};
use crate::scalars::{BigInt, DateTime};
use async_graphql::{Context, Object, Result};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::event::payload::{
    AccountPayload, AccountRef, MetricsPayload, MilestoneMetric, MilestonePayload, PublicationMetrics,
    TokenExpiring,
};
use fanfare_domain::platform::Platform;
use fanfare_query_limits::directives::list_size;

/// The fields that every event of an account has: flattened into each of their types, and no type of the schema.
#[Object]
impl Payload<'_, AccountRef> {
    /// The account. Null if it was removed.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        self.account_of(ctx, self.stored.account_id).await
    }

    /// The account's platform.
    async fn platform(&self) -> Platform {
        self.stored.platform
    }

    /// The account's name then.
    async fn account_name(&self) -> &str {
        &self.stored.account_name
    }
}

/// Payload of ACCOUNT_CONNECTED, ACCOUNT_UPDATED, ACCOUNT_RECONNECT_REQUIRED and ACCOUNT_DISCONNECTED.
#[Object(name = "AccountEventPayload")]
impl Payload<'_, AccountPayload> {
    #[graphql(flatten)]
    async fn of(&self) -> Payload<'_, AccountRef> {
        Payload { workspace: self.workspace, stored: &self.stored.account }
    }

    /// The state of its connection after the event. Null if only its counts changed.
    async fn status(&self) -> Option<AccountStatus> {
        self.stored.state.as_ref().map(|state| state.status)
    }

    /// Why the platform no longer accepts its token. Null if it does.
    async fn reason(&self) -> Option<&str> {
        self.stored.state.as_ref()?.reason.as_deref()
    }
}

/// Payload of ACCOUNT_TOKEN_EXPIRING.
#[Object(name = "AccountTokenExpiringEventPayload")]
impl Payload<'_, TokenExpiring> {
    #[graphql(flatten)]
    async fn of(&self) -> Payload<'_, AccountRef> {
        Payload { workspace: self.workspace, stored: &self.stored.account }
    }

    /// The state of its connection.
    async fn status(&self) -> AccountStatus {
        self.stored.status
    }

    /// When its token expires. Null if the platform did not report it.
    async fn expires_at(&self) -> Option<DateTime> {
        self.stored.expires_at.map(DateTime)
    }
}

/// Payload of ACCOUNT_MILESTONE.
#[Object(name = "AccountMilestoneEventPayload")]
impl Payload<'_, MilestonePayload> {
    #[graphql(flatten)]
    async fn of(&self) -> Payload<'_, AccountRef> {
        Payload { workspace: self.workspace, stored: &self.stored.account }
    }

    /// The post whose publication reached the milestone. Null if the account did, or if the post was deleted.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<Post>> {
        let Some(publication) = &self.stored.publication else { return Ok(None) };
        self.post_of(ctx, publication.post_id).await
    }

    /// The publication that reached the milestone. Null if the account did, or if the post was deleted.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<PostTarget>> {
        let Some(publication) = &self.stored.publication else { return Ok(None) };
        self.target_of(ctx, publication.target_id).await
    }

    /// The beginning of the post's text then. Null if the account reached the milestone.
    async fn content(&self) -> Option<&str> {
        self.stored.publication.as_ref().map(|publication| publication.content.as_str())
    }

    /// What was counted.
    async fn metric(&self) -> MilestoneMetric {
        self.stored.metric
    }

    /// The milestone.
    async fn milestone(&self) -> BigInt {
        BigInt(self.stored.milestone)
    }

    /// The count that reached it.
    async fn count(&self) -> BigInt {
        BigInt(self.stored.count)
    }
}

/// Payload of METRICS_UPDATED.
#[Object(name = "MetricsEventPayload")]
impl<'a> Payload<'a, MetricsPayload> {
    #[graphql(flatten)]
    async fn of(&self) -> Payload<'_, AccountRef> {
        Payload { workspace: self.workspace, stored: &self.stored.account }
    }

    /// The publications whose metrics changed, at least one.
    #[graphql(directive = list_size::apply(10))]
    async fn publications(&self) -> Vec<Payload<'a, PublicationMetrics>> {
        let publications = self.stored.publications.iter();
        publications.map(|stored| Payload { workspace: self.workspace, stored }).collect()
    }
}

/// The lifetime metrics of a publication at an event. A metric is null if the platform does not report it.
#[Object(name = "PublicationEventMetrics")]
impl Payload<'_, PublicationMetrics> {
    /// The post. Null if it was deleted.
    async fn post(&self, ctx: &Context<'_>) -> Result<Option<Post>> {
        self.post_of(ctx, self.stored.publication.post_id).await
    }

    /// The publication. Null if its post was deleted.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<PostTarget>> {
        self.target_of(ctx, self.stored.publication.target_id).await
    }

    /// The beginning of the post's text then.
    async fn content(&self) -> &str {
        &self.stored.publication.content
    }

    /// Likes.
    async fn likes(&self) -> Option<BigInt> {
        self.stored.likes.map(BigInt)
    }

    /// Comments.
    async fn comments(&self) -> Option<BigInt> {
        self.stored.comments.map(BigInt)
    }

    /// Shares.
    async fn shares(&self) -> Option<BigInt> {
        self.stored.shares.map(BigInt)
    }

    /// Saves.
    async fn saves(&self) -> Option<BigInt> {
        self.stored.saves.map(BigInt)
    }

    /// Clicks.
    async fn clicks(&self) -> Option<BigInt> {
        self.stored.clicks.map(BigInt)
    }

    /// Views.
    async fn views(&self) -> Option<BigInt> {
        self.stored.views.map(BigInt)
    }

    /// Users who saw it.
    async fn reach(&self) -> Option<BigInt> {
        self.stored.reach.map(BigInt)
    }

    /// How often it was shown.
    async fn impressions(&self) -> Option<BigInt> {
        self.stored.impressions.map(BigInt)
    }

    /// Likes, comments, shares, saves and clicks together.
    async fn engagement(&self) -> BigInt {
        BigInt(self.stored.engagement)
    }
}
