//! A workspace's numbers over a time.

use crate::account::Account;
use crate::request::{ContextExt as _, named_workspace, top_level};
use crate::scalars::{BigInt, Date, GlobalId as _, TimeZone};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono_tz::Tz;
use fanfare_domain::analytics::{self, Day, Share};
use fanfare_domain::day_lines;
use fanfare_domain::id::{AccountId, CampaignId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::user_error::UserError;
use fanfare_query_limits::directives::{field_cost, list_size};
use fanfare_services::account;
use fanfare_services::analytics::{AnalyticsInput, AnalyticsReport};
use std::collections::HashMap;
use std::sync::Arc;

/// See the schema.
pub struct Analytics {
    zone: Tz,
    numbers: analytics::Analytics,
    accounts: HashMap<AccountId, Arc<account::Account>>,
}

impl From<AnalyticsReport> for Analytics {
    fn from(report: AnalyticsReport) -> Self {
        let accounts = report.accounts.into_iter().map(|row| (row.id, row)).collect();
        Self { zone: report.zone, numbers: report.analytics, accounts }
    }
}

/// A workspace's numbers over a time: what people did with its posts, as far as their networks report, by the day on
/// which it was noticed.
#[Object(crate = "crate::execution")]
impl Analytics {
    /// The days.
    async fn period(&self) -> AnalyticsPeriod {
        let period = self.numbers.period;
        AnalyticsPeriod {
            start: Date(period.start),
            end: Date(period.end),
            days: i32::try_from(period.days()).unwrap_or(i32::MAX),
            time_zone: TimeZone(self.zone),
        }
    }
    /// The sums of the period.
    async fn totals(&self) -> AnalyticsTotals {
        self.numbers.whole.totals.into()
    }
    /// The sums of as many days right before.
    async fn previous_totals(&self) -> AnalyticsTotals {
        self.numbers.whole.previous.into()
    }
    /// The change from the previous totals to these.
    async fn growth(&self) -> AnalyticsGrowth {
        self.numbers.whole.growth.into()
    }
    /// The mean of the engagement rates of what was published in the period; null where none is known.
    async fn average_engagement_rate(&self) -> Option<f64> {
        self.numbers.whole.average_engagement_rate
    }
    /// The same by network, in the order of the networks' names.
    #[graphql(directive = list_size::apply(9))]
    async fn by_platform(&self) -> Vec<PlatformAnalytics> {
        let parts = self.numbers.by_platform.iter();
        parts
            .map(|(platform, share)| PlatformAnalytics { platform: *platform, numbers: share.into() })
            .collect()
    }
    /// The same by account, in the order in which they were connected.
    #[graphql(directive = list_size::apply(10))]
    async fn by_account(&self) -> Vec<AccountAnalytics> {
        let parts = self.numbers.by_account.iter();
        parts
            .filter_map(|(id, share)| {
                let account = Account::new(Arc::clone(self.accounts.get(id)?));
                Some(AccountAnalytics { account, numbers: share.into() })
            })
            .collect()
    }
    /// One entry for each day of the period, oldest first.
    #[graphql(directive = list_size::apply(30))]
    async fn daily(&self) -> Vec<AnalyticsDay> {
        self.numbers.daily.iter().map(AnalyticsDay::from).collect()
    }
    /// The days as comma-separated values (RFC 4180) with a heading, as an export of ANALYTICS has them.
    async fn daily_csv(&self) -> String {
        day_lines::csv(&self.numbers.daily)
    }
}

/// The days that numbers are about, both ends included.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AnalyticsPeriod {
    /// The first day.
    pub start: Date,
    /// The last day; today at the latest.
    pub end: Date,
    /// How many days; at most 366.
    pub days: i32,
    /// Where the days begin and end: the workspace's.
    pub time_zone: TimeZone,
}

/// Sums over a time. A number that none of the networks reports is null.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AnalyticsTotals {
    /// People who follow the accounts at the end of it, by the last count.
    pub followers: Option<BigInt>,
    /// Likes, comments, shares, saves and clicks that were gained.
    pub engagement: BigInt,
    /// Plays and views that were gained.
    pub views: Option<BigInt>,
    /// Showings that were gained.
    pub impressions: Option<BigInt>,
    /// People who came to see a post; who saw several is counted for each.
    pub reach: Option<BigInt>,
    /// Posts that were published. One on three accounts is one of the whole, and one of each account and network.
    pub posts: i32,
}

impl From<analytics::Totals> for AnalyticsTotals {
    fn from(totals: analytics::Totals) -> Self {
        Self {
            followers: totals.followers.map(BigInt),
            engagement: BigInt(totals.gains.engagement),
            views: totals.gains.views.map(BigInt),
            impressions: totals.gains.impressions.map(BigInt),
            reach: totals.gains.reach.map(BigInt),
            posts: i32::try_from(totals.posts).unwrap_or(i32::MAX),
        }
    }
}

/// The change against as many days right before, as a part of what was then: 0.25 is a quarter more. null where there
/// was nothing.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AnalyticsGrowth {
    /// Of the followers at the end.
    pub followers: Option<f64>,
    /// Of the engagement gained.
    pub engagement: Option<f64>,
    /// Of the views gained.
    pub views: Option<f64>,
    /// Of the impressions gained.
    pub impressions: Option<f64>,
    /// Of the reach gained.
    pub reach: Option<f64>,
    /// Of the posts published.
    pub posts: Option<f64>,
}

impl From<analytics::Growth> for AnalyticsGrowth {
    fn from(growth: analytics::Growth) -> Self {
        Self {
            followers: growth.followers,
            engagement: growth.engagement,
            views: growth.views,
            impressions: growth.impressions,
            reach: growth.reach,
            posts: growth.posts,
        }
    }
}

/// The numbers of a part of a workspace.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AnalyticsShare {
    /// The sums of the period.
    pub totals: AnalyticsTotals,
    /// The sums of as many days right before.
    pub previous_totals: AnalyticsTotals,
    /// The change from the previous totals to these.
    pub growth: AnalyticsGrowth,
    /// The mean of the engagement rates of what was published in the period; null where none is known.
    pub average_engagement_rate: Option<f64>,
}

impl From<&Share> for AnalyticsShare {
    fn from(share: &Share) -> Self {
        Self {
            totals: share.totals.into(),
            previous_totals: share.previous.into(),
            growth: share.growth.into(),
            average_engagement_rate: share.average_engagement_rate,
        }
    }
}

/// The numbers of the accounts on one network.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct PlatformAnalytics {
    /// The network.
    pub platform: Platform,
    /// Of its accounts together.
    pub numbers: AnalyticsShare,
}

/// The numbers of one account.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AccountAnalytics {
    /// The account.
    pub account: Account,
    /// Its own.
    pub numbers: AnalyticsShare,
}

/// The numbers of a day.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AnalyticsDay {
    /// In the workspace's time zone.
    pub date: Date,
    /// At the last count up to the end of the day; null before the first.
    pub followers: Option<BigInt>,
    /// Likes, comments, shares, saves and clicks that were noticed on the day.
    pub engagement: BigInt,
    /// Views that were noticed on the day; null where no platform reported any.
    pub views: Option<BigInt>,
    /// Impressions that were noticed on the day; null where no platform reported any.
    pub impressions: Option<BigInt>,
    /// Reach that was noticed on the day; null where no platform reported any.
    pub reach: Option<BigInt>,
    /// Whether followers were counted on the day. Where not, they are the last count's.
    pub measured: bool,
}

impl From<&Day> for AnalyticsDay {
    fn from(day: &Day) -> Self {
        Self {
            date: Date(day.date),
            followers: day.followers.map(BigInt),
            engagement: BigInt(day.gains.engagement),
            views: day.gains.views.map(BigInt),
            impressions: day.gains.impressions.map(BigInt),
            reach: day.gains.reach.map(BigInt),
            measured: day.measured,
        }
    }
}

/// Part of `Query`: a workspace's metrics over a period.
#[derive(Default)]
pub struct AnalyticsQuery;

#[Object]
impl AnalyticsQuery {
    /// A workspace's numbers over at most 366 days. Any member may read them.
    #[graphql(directive = field_cost::apply(10))]
    #[expect(clippy::too_many_arguments, reason = "what is asked and of whom")]
    async fn analytics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: the account's or the campaign's, else your default workspace.")]
        workspace_id: Option<ID>,
        #[graphql(desc = "The first day, in the workspace's time zone; absent: 30 days with the last.")]
        start_date: Option<Date>,
        #[graphql(desc = "The last day; absent, and at the latest: today.")] end_date: Option<Date>,
        #[graphql(desc = "Only accounts on this network.")] platform: Option<Platform>,
        #[graphql(desc = "Only this account.")] account_id: Option<ID>,
        #[graphql(desc = "Only this campaign's posts, on the accounts that they are for.")]
        campaign_id: Option<ID>,
    ) -> Result<Analytics> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let asked = AnalyticsArgs { start_date, end_date, platform, account_id, campaign_id }.read()?;
        let workspace: WorkspaceId = match (&workspace_id, asked.account_id, asked.campaign_id) {
            (None, None, Some(campaign)) => Box::pin(services.places().workspace_of(actor, campaign)).await,
            (None, Some(account), _) => Box::pin(services.places().workspace_of(actor, account)).await,
            _ => named_workspace(actor, workspace_id.as_ref()),
        }
        .map_err(top_level)?;
        analytics_of(ctx, workspace, asked).await
    }
}

/// What is asked of a workspace's numbers.
pub struct AnalyticsArgs {
    pub start_date: Option<Date>,
    pub end_date: Option<Date>,
    pub platform: Option<Platform>,
    pub account_id: Option<ID>,
    pub campaign_id: Option<ID>,
}

impl AnalyticsArgs {
    /// The same in the domain's terms.
    pub fn read(self) -> Result<AnalyticsInput> {
        let bad = |error: UserError| top_level(error.into());
        let account_id = self.account_id.map(|id| AccountId::parse(&id, "accountId")).transpose();
        let campaign_id = self.campaign_id.map(|id| CampaignId::parse(&id, "campaignId")).transpose();
        Ok(AnalyticsInput {
            start: self.start_date.map(|day| day.0),
            end: self.end_date.map(|day| day.0),
            platform: self.platform,
            account_id: account_id.map_err(bad)?,
            campaign_id: campaign_id.map_err(bad)?,
        })
    }
}

/// A workspace's numbers over a time.
pub async fn analytics_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    asked: AnalyticsInput,
) -> Result<Analytics> {
    let (analytics, actor, fresh) = (ctx.services()?.analytics(), ctx.actor()?, ctx.fresh()?);
    let report = Box::pin(analytics.of_period(actor, workspace, asked, fresh)).await;
    report.map(Analytics::from).map_err(top_level)
}
