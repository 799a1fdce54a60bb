//! When an account does best to publish, from what came of its posts.

use super::{ServiceError, ServiceResult, Services};
use crate::auth::Action;
use crate::db::db_read;
use crate::db::rows::Account;
use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::id::AccountId;
use crate::domain::local_time;
use crate::domain::optimal_time::{OptimalTimeMethod, PastPost, Slot, Weekday, best_hours};
use chrono::{NaiveTime, Timelike as _};
use chrono_tz::Tz;
use std::time::Duration;

/// A younger post has not got what it will get.
const GROWN_UP: Duration = Duration::from_hours(24);
/// Posts that are looked at: the newest.
const POSTS: i64 = 1_000;

/// The good hours of an account.
pub struct OptimalTimes {
    pub account: Account,
    /// The workspace's: the hours are its.
    pub zone: Tz,
    pub method: OptimalTimeMethod,
    /// Measured posts of the account.
    pub posts: usize,
    /// The best first, each with the instant at which it comes next.
    pub slots: Vec<(Slot, Timestamp)>,
}

impl Services {
    /// The hours of the week that suit an account, at most `most` of them.
    pub async fn optimal_times(
        &self,
        actor: &Actor,
        id: AccountId,
        most: usize,
    ) -> ServiceResult<OptimalTimes> {
        let workspace = self.workspace_of_account(actor, id).await?;
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let zone = self.zone_of(workspace).await?;
        let account = db_read!(&self.db, accounts::by_ids(workspace, &[id]))?.pop();
        let account = account.ok_or(ServiceError::NotFound)?;
        let now = self.clock.now();
        let past = db_read!(&self.db, analytics::past_posts(workspace, id, now.minus(GROWN_UP), POSTS))?;
        let past: Vec<PastPost> = past
            .into_iter()
            .map(|(at, engagement)| {
                let local = at.0.with_timezone(&zone);
                PastPost { weekday: Weekday::of(local.date_naive()), hour: local.hour(), engagement }
            })
            .collect();
        let (method, slots) = best_hours(account.platform, &past);
        let slots = slots.into_iter().take(most).filter_map(|slot| Some((slot, next(&slot, zone, now)?)));
        Ok(OptimalTimes { zone, method, posts: past.len(), slots: slots.collect(), account })
    }
}

/// When a slot's hour begins next.
fn next(slot: &Slot, zone: Tz, now: Timestamp) -> Option<Timestamp> {
    let today = now.0.with_timezone(&zone).date_naive();
    let begins = NaiveTime::from_hms_opt(slot.hour, 0, 0)?;
    today
        .iter_days()
        .take(8)
        .filter(|day| Weekday::of(*day) == slot.weekday)
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
            let slot = Slot { weekday, hour, score: 0.5, sample_size: 0 };
            next(&slot, Tz::Europe__Paris, Timestamp::new(now)).unwrap().to_string()
        };
        assert_eq!(next(Weekday::Monday, 11), "2026-11-23T10:00:00.000000Z");
        assert_eq!(next(Weekday::Monday, 10), "2026-11-30T09:00:00.000000Z", "it has begun");
        assert_eq!(next(Weekday::Sunday, 0), "2026-11-28T23:00:00.000000Z");
    }
}
