//! The numbers of a workspace over a time.

use crate::account::Account;
use crate::context::witness;
use crate::context::{Context, Freshness, Read, ServiceError, ServiceResult};
use crate::place::Places;
use crate::workspace::Workspaces;
use chrono::{Datelike as _, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::analytics::{Analytics, DayFollowers, LONGEST, LOOK_BACK, Period, Readings};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, WorkspaceId};
use fanfare_domain::local_time;
use fanfare_domain::noun::Noun;
use fanfare_domain::platform::Platform;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::DbError;
use fanfare_storage::rows::AccountMetricDay;
use std::sync::Arc;

/// The days of a period where no start is given.
const USUAL_DAYS: u64 = 30;
/// Far before there was anything to count, and within what both databases can hold.
const EARLIEST_YEAR: i32 = 1970;

/// Which numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnalyticsInput {
    /// A day of the workspace's time zone; `None`: 30 days with `end`.
    pub start: Option<NaiveDate>,
    /// `None`: today.
    pub end: Option<NaiveDate>,
    pub platform: Option<Platform>,
    pub account_id: Option<AccountId>,
    /// Only what its posts did, on the accounts that they are for.
    pub campaign_id: Option<CampaignId>,
}

/// The numbers, and the accounts that they are about.
pub struct AnalyticsReport {
    pub zone: Tz,
    pub analytics: Analytics,
    pub accounts: Vec<Arc<Account>>,
}

/// The service of analytics.
#[derive(Clone)]
pub struct AnalyticsReports {
    pub(super) context: Arc<Context>,
    pub(super) workspaces: Workspaces,
    pub(super) places: Places,
}

impl AnalyticsReports {
    pub(crate) fn new(context: &Arc<Context>, workspaces: &Workspaces, places: &Places) -> Self {
        Self { context: Arc::clone(context), workspaces: workspaces.clone(), places: places.clone() }
    }

    /// A workspace's numbers over at most 366 days. An account or campaign that is not in the workspace is
    /// not found.
    pub async fn of_period(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        input: AnalyticsInput,
        fresh: Freshness,
    ) -> ServiceResult<AnalyticsReport> {
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let zone = self.workspaces.zone_of(workspace).await?;
        let today = self.context.clock.now().0.with_timezone(&zone).date_naive();
        let period = period(input.start, input.end, today)?;
        // No period goes beyond today.
        witness::holds_until(instants(Period { start: today, end: today }, zone)?.1);
        if let Some(id) = input.campaign_id
            && self.context.db.campaigns().by_ids(workspace, &[id]).await?.is_empty()
        {
            return Err(ServiceError::NotFound);
        }
        let spans = Spans::of(period, zone)?;
        let AnalyticsInput { platform, account_id, campaign_id, .. } = input;
        let question = &(period.start, period.end, zone.name(), platform, account_id, campaign_id);
        let about = &[Noun::Publications, Noun::Accounts, Noun::Metrics, Noun::Posts];
        // Which posts are a campaign's matters only where one is named.
        let about = if campaign_id.is_some() { &about[..] } else { &about[..3] };
        let read = Read { workspace, fresh, about, name: "analytics", question };
        let load = async {
            let accounts =
                self.context.db.analytics().accounts(workspace, platform, account_id, campaign_id).await?;
            let readings = self.readings(workspace, period, &spans, &accounts, campaign_id).await?;
            let accounts: Vec<Arc<Account>> = accounts.into_iter().map(Arc::new).collect();
            Ok((readings, accounts))
        };
        let read = self.context.cached(read, load).await?;
        let (readings, accounts) = &*read;
        if accounts.is_empty() && account_id.is_some() && campaign_id.is_none() {
            return Err(ServiceError::NotFound);
        }
        let analytics = Analytics::new(period, readings);
        Ok(AnalyticsReport { zone, analytics, accounts: accounts.clone() })
    }

    /// What a period is made of.
    pub(crate) async fn readings(
        &self,
        workspace: WorkspaceId,
        period: Period,
        spans: &Spans,
        accounts: &[Account],
        campaign: Option<CampaignId>,
    ) -> Result<Readings, DbError> {
        let (db, before) = (&self.context.db, period.previous());
        let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
        let far_back = before.start.checked_sub_days(Days::new(LOOK_BACK)).unwrap_or(before.start);
        // A day of the zone can begin and end on the UTC day next to it.
        let last = period.end.succ_opt().unwrap_or(period.end);
        let days = db.metrics().days_of_accounts(workspace, &ids, far_back, last).await?;
        let gains = db.analytics().gains(workspace, &ids, campaign, before.start, period.end).await?;
        let Spans { zone, now: (from, to), before: (from_before, _) } = *spans;
        Ok(Readings {
            accounts: accounts.iter().map(|account| (account.id, account.platform)).collect(),
            followers: days.iter().map(|day| day_in(zone, day)).collect(),
            gains,
            published: db.analytics().published(workspace, &ids, campaign, from, to).await?,
            published_before: db.analytics().published(workspace, &ids, campaign, from_before, from).await?,
            posts: db.analytics().posts_published(workspace, &ids, campaign, from, to).await?,
            posts_before: db
                .analytics()
                .posts_published(workspace, &ids, campaign, from_before, from)
                .await?,
        })
    }
}

/// When a period and the one before it begin, and the first instant behind each.
pub(crate) struct Spans {
    zone: Tz,
    now: (Timestamp, Timestamp),
    before: (Timestamp, Timestamp),
}

impl Spans {
    pub(crate) fn of(period: Period, zone: Tz) -> ServiceResult<Self> {
        Ok(Self { zone, now: instants(period, zone)?, before: instants(period.previous(), zone)? })
    }
}

/// A count of a UTC day belongs to the day of the zone on which it was taken.
fn day_in(zone: Tz, row: &AccountMetricDay) -> DayFollowers {
    let day = row.taken_at.0.with_timezone(&zone).date_naive();
    DayFollowers { account_id: row.account_id, day, followers: row.followers }
}

pub(crate) fn period(
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    today: NaiveDate,
) -> ServiceResult<Period> {
    let end = end.unwrap_or(today).min(today);
    let usual = end.checked_sub_days(Days::new(USUAL_DAYS - 1)).unwrap_or(end);
    let period = Period { start: start.unwrap_or(usual), end };
    let refused = |words: &str| {
        let mut error = UserError::new(UserErrorCode::Invalid, "", words);
        error.path = vec!["startDate".to_owned()];
        Err(error.into())
    };
    if period.start.year() < EARLIEST_YEAR {
        return refused("Ask for days from 1970 on.");
    }
    match period.days() {
        ..=0 => refused("The start is after the end, or after today."),
        1..=LONGEST => Ok(period),
        _ => refused("Ask for at most 366 days."),
    }
}

/// From the first instant of a period to the first behind it.
pub(crate) fn instants(period: Period, zone: Tz) -> ServiceResult<(Timestamp, Timestamp)> {
    let begin = |day: NaiveDate| local_time::instant(day.and_time(NaiveTime::MIN), zone);
    let behind = period.end.succ_opt().and_then(begin);
    let outside = || ServiceError::Internal(anyhow::anyhow!("a day outside representable time"));
    Ok((begin(period.start).ok_or_else(outside)?, behind.ok_or_else(outside)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    fn asked(start: Option<NaiveDate>, end: Option<NaiveDate>) -> Option<(String, String)> {
        let today = day("2026-11-22").unwrap();
        period(start, end, today).ok().map(|it| (it.start.to_string(), it.end.to_string()))
    }

    #[test]
    fn a_period_is_thirty_days_up_to_today_unless_it_is_told() {
        let told = |start: &str, end: &str| Some((start.to_owned(), end.to_owned()));
        assert_eq!(asked(None, None), told("2026-10-24", "2026-11-22"));
        assert_eq!(asked(None, day("2026-03-31")), told("2026-03-02", "2026-03-31"));
        assert_eq!(asked(day("2026-11-01"), day("2027-01-01")), told("2026-11-01", "2026-11-22"));
        assert_eq!(asked(day("2025-11-22"), None), told("2025-11-22", "2026-11-22"));
        assert_eq!(asked(day("2025-11-21"), None), None, "367 days");
        assert_eq!(asked(day("2026-11-23"), None), None, "not begun yet");
        assert_eq!(asked(day("1969-12-31"), day("1970-01-02")), None);
    }

    #[test]
    fn a_day_is_as_long_as_the_zone_makes_it() {
        let spring = Period { start: day("2026-03-29").unwrap(), end: day("2026-03-29").unwrap() };
        let (from, to) = instants(spring, Tz::Europe__Paris).unwrap();
        assert_eq!(to.since(from).as_secs(), 23 * 3_600);
    }
}
