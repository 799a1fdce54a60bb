//! When an account does best to publish, from what came of its posts.

use super::period_report::AnalyticsReports;
use crate::context::{ServiceError, ServiceResult};
use chrono::{NaiveTime, Timelike as _};
use chrono_tz::Tz;
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_domain::local_time;
use fanfare_domain::optimal_time::{
    OptimalTimeMethod, PastPost, Slot, Weekday, best_hours, best_hours_of_all,
};
use fanfare_storage::rows::ShownAccount;
use std::time::Duration;

/// A younger post has not got what it will get.
const GROWN_UP: Duration = Duration::from_hours(24);
/// Posts that are looked at: the newest.
const POSTS: i64 = 1_000;
const HOUR: Duration = Duration::from_hours(1);
const WEEK: Duration = Duration::from_hours(7 * 24);
/// How far ahead a good time is looked for.
const WEEKS_AHEAD: u32 = 8;

/// The good hours of an account.
pub struct OptimalTimes {
    pub account: ShownAccount,
    /// The workspace's: the hours are its.
    pub zone: Tz,
    pub method: OptimalTimeMethod,
    /// Measured posts of the account.
    pub posts: usize,
    /// The best first, each with the instant at which it comes next.
    pub slots: Vec<(Slot, Timestamp)>,
}

impl AnalyticsReports {
    /// The hours of the week that suit an account, at most `most` of them.
    pub async fn optimal_times(
        &self,
        actor: &Actor,
        id: AccountId,
        most: usize,
    ) -> ServiceResult<OptimalTimes> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let zone = self.workspaces.zone_of(workspace).await?;
        let account = self.context.db.accounts().shown(workspace, &[id]).await?.pop();
        let account = account.ok_or(ServiceError::NotFound)?;
        let now = self.context.clock.now();
        let past = self.past_posts(&account, zone, now).await?;
        let (method, slots) = best_hours(account.platform, &past);
        let slots = slots.into_iter().take(most).filter_map(|slot| {
            let at = next((slot.weekday, slot.hour), zone, now)?;
            Some((slot, at))
        });
        Ok(OptimalTimes { zone, method, posts: past.len(), slots: slots.collect(), account })
    }

    /// A good time for a post on all of its accounts together: of the hours that suit them, the best one of the coming
    /// week at which none of them has anything planned, else of the week after it, and so on. `None`: the post has no
    /// account, or weeks are full.
    pub(crate) async fn good_time(
        &self,
        workspace: WorkspaceId,
        accounts: &[AccountId],
        post: PostId,
    ) -> ServiceResult<Option<Timestamp>> {
        let (zone, now) = (self.workspaces.zone_of(workspace).await?, self.context.clock.now());
        let rows = self.context.db.accounts().shown(workspace, accounts).await?;
        let mut slots = Vec::with_capacity(rows.len());
        for account in &rows {
            slots.push(best_hours(account.platform, &self.past_posts(account, zone, now).await?).1);
        }
        let hours = best_hours_of_all(&slots);
        let ahead = (now, now.plus(WEEK * (WEEKS_AHEAD + 1)));
        let planned = self.context.db.targets().planned_times(workspace, accounts, ahead, post).await?;
        let is_free = |at: &Timestamp| !planned.iter().any(|other| *other >= *at && *other < at.plus(HOUR));
        let of_week = |week: u32| {
            let begin = now.plus(WEEK * week);
            hours.iter().filter_map(move |hour| next(*hour, zone, begin))
        };
        Ok((0..WEEKS_AHEAD).flat_map(of_week).find(is_free))
    }

    async fn past_posts(
        &self,
        account: &ShownAccount,
        zone: Tz,
        now: Timestamp,
    ) -> ServiceResult<Vec<PastPost>> {
        let (workspace, before) = (account.workspace_id, now.minus(GROWN_UP));
        let past = self.context.db.analytics().past_posts(workspace, account.id, before, POSTS).await?;
        let post = |(at, engagement): (Timestamp, i64)| {
            let local = at.0.with_timezone(&zone);
            PastPost { weekday: Weekday::of(local.date_naive()), hour: local.hour(), engagement }
        };
        Ok(past.into_iter().map(post).collect())
    }
}

/// When an hour of the week begins next after an instant.
fn next((weekday, hour): (Weekday, u32), zone: Tz, now: Timestamp) -> Option<Timestamp> {
    let today = now.0.with_timezone(&zone).date_naive();
    let begins = NaiveTime::from_hms_opt(hour, 0, 0)?;
    today
        .iter_days()
        .take(8)
        .filter(|day| Weekday::of(*day) == weekday)
        .filter_map(|day| local_time::instant(day.and_time(begins), zone))
        .find(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_comes_next_today_or_within_a_week() {
        let now: chrono::DateTime<chrono::Utc> = "2026-11-23T09:30:00Z".parse().unwrap();
        let next = |weekday, hour| {
            next((weekday, hour), Tz::Europe__Paris, Timestamp::new(now)).unwrap().to_string()
        };
        assert_eq!(next(Weekday::Monday, 11), "2026-11-23T10:00:00.000000Z");
        assert_eq!(next(Weekday::Monday, 10), "2026-11-30T09:00:00.000000Z", "it has begun");
        assert_eq!(next(Weekday::Sunday, 0), "2026-11-28T23:00:00.000000Z");
    }
}
