//! The numbers of an account.

use crate::request::{ContextExt as _, top_level};
use crate::scalars::{BigInt, Date, DateTime};
use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use fanfare_domain::metrics::ratio;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_query_limits::directives::list_size;
use fanfare_services::account::Account;
use fanfare_services::metrics::{AccountMetricDay, LONGEST_HISTORY_DAYS};

const USUAL_DAYS: i32 = 30;

/// See the schema.
pub struct AccountMetrics {
    newest: AccountMetricDay,
    /// Oldest first, the newest included.
    days: Vec<AccountMetricDay>,
    /// The workspace's, where a field shows dates.
    zone: Tz,
}

/// The numbers of an account; `None`: its network was not asked yet.
pub async fn metrics_of(ctx: &Context<'_>, account: &Account) -> Result<Option<AccountMetrics>> {
    let (loaders, workspace) = (ctx.loaders()?, account.workspace_id);
    let (days, zone) = if ctx.look_ahead().field("history").exists() {
        let (days, row) = futures_util::try_join!(
            loaders.metric_days_of_account(workspace, account.id),
            loaders.workspace(workspace, workspace),
        )?;
        (days, row.and_then(|row| row.time_zone.parse().ok()))
    } else {
        (loaders.metric_days_of_account(workspace, account.id).await?, None)
    };
    let newest = days.last().cloned();
    Ok(newest.map(|newest| AccountMetrics { newest, days, zone: zone.unwrap_or(chrono_tz::UTC) }))
}

/// The days behind the newest that an argument asks for.
fn asked(days: Option<i32>) -> Result<u64> {
    u64::try_from(days.unwrap_or(USUAL_DAYS))
        .ok()
        .filter(|days| (1..=LONGEST_HISTORY_DAYS).contains(days))
        .ok_or_else(|| {
            let mut error = UserError::new(UserErrorCode::Invalid, "", "Ask for 1 to 90 days.");
            error.path = vec!["days".to_owned()];
            top_level(error.into())
        })
}

impl AccountMetrics {
    fn since(&self, days: u64) -> &[AccountMetricDay] {
        let first = self.newest.utc_day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN);
        let place = self.days.partition_point(|day| day.utc_day < first);
        self.days.get(place..).unwrap_or_default()
    }
}

/// An account's numbers, counted once a day. A number that its network does not report is null.
#[Object(crate = "crate::execution")]
impl AccountMetrics {
    /// People who follow it.
    async fn followers(&self) -> Option<BigInt> {
        self.newest.followers.map(BigInt)
    }
    /// Accounts that it follows.
    async fn following(&self) -> Option<BigInt> {
        self.newest.following.map(BigInt)
    }
    /// What it has published on its network, here or elsewhere.
    async fn posts(&self) -> Option<BigInt> {
        self.newest.posts.map(BigInt)
    }
    /// Views of everything that it ever published.
    async fn views(&self) -> Option<BigInt> {
        self.newest.views.map(BigInt)
    }
    /// People who saw anything of it in the 24 hours before the count.
    async fn reach(&self) -> Option<BigInt> {
        self.newest.reach.map(BigInt)
    }
    /// When they were counted.
    async fn updated_at(&self) -> DateTime {
        self.newest.taken_at.into()
    }
    /// How the followers grew; null with less than two counts.
    async fn growth(
        &self,
        #[graphql(desc = "Up to the newest count; 1 to 90, 30 by default.")] days: Option<i32>,
    ) -> Result<Option<AccountGrowth>> {
        let counted: Vec<i64> = self.since(asked(days)?).iter().filter_map(|day| day.followers).collect();
        let [first, .., last] = counted.as_slice() else { return Ok(None) };
        Ok(Some(AccountGrowth {
            followers: BigInt(last - first),
            followers_rate: ratio(last - first, *first),
        }))
    }
    /// The counts, one a day, oldest first; a day on which none was taken is left out.
    #[graphql(directive = list_size::apply(30))]
    async fn history(
        &self,
        #[graphql(desc = "Up to the newest count; 1 to 90, 30 by default.")] days: Option<i32>,
    ) -> Result<Vec<AccountMetricsDay>> {
        let shown = self.since(asked(days)?).iter().map(|day| AccountMetricsDay {
            date: Date(day.taken_at.0.with_timezone(&self.zone).date_naive()),
            taken_at: day.taken_at.into(),
            followers: day.followers.map(BigInt),
            following: day.following.map(BigInt),
            posts: day.posts.map(BigInt),
            views: day.views.map(BigInt),
            reach: day.reach.map(BigInt),
        });
        Ok(shown.collect())
    }
}

/// How an account's followers grew.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AccountGrowth {
    /// More followers than at the first count; below zero: fewer.
    pub followers: BigInt,
    /// As a part of the first count: 0.25 is a quarter more; null where that was zero.
    pub followers_rate: Option<f64>,
}

/// An account's numbers on a day. A number that its network does not report is null.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct AccountMetricsDay {
    /// The day on which they were counted, in the workspace's time zone. One count is kept for each UTC day, its last.
    pub date: Date,
    /// When they were counted.
    pub taken_at: DateTime,
    /// People who followed it.
    pub followers: Option<BigInt>,
    /// Accounts that it followed.
    pub following: Option<BigInt>,
    /// What it had published on its network.
    pub posts: Option<BigInt>,
    /// Views of everything that it had published.
    pub views: Option<BigInt>,
    /// People who saw anything of it in the 24 hours before.
    pub reach: Option<BigInt>,
}
