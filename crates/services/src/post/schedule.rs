//! When a post is to be published.

use super::posts::Posts;
use crate::context::ServiceResult;
use chrono_tz::Tz;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_domain::local_time;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_domain::written_time::{self, TimeFault};
use std::time::Duration;

/// The least time between now and a planned publication.
const NEAREST: Duration = Duration::from_secs(1);
/// The furthest that a publication can be planned ahead: two years.
const FURTHEST: Duration = Duration::from_hours(17568);

/// A time that a client gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schedule {
    At(Timestamp),
    /// As a clock on the wall shows it, such as `2026-11-22T09:30`.
    Local {
        date_time: String,
        /// `None`: the workspace's, which [`Posts::zoned`] puts in.
        zone: Option<Tz>,
    },
}

impl Schedule {
    /// The instant, if it lies between a second and two years ahead.
    pub fn resolve(&self, now: Timestamp) -> Result<Timestamp, UserError> {
        let (at, field) = match self {
            Self::At(at) => (*at, "scheduledAt"),
            Self::Local { date_time, zone } => {
                let field = "scheduledLocal.dateTime";
                let refused =
                    |fault: &TimeFault| UserError::new(UserErrorCode::Invalid, field, fault.to_string());
                let local = written_time::local(date_time).map_err(|fault| refused(&fault))?;
                let at = local_time::instant(local, zone.unwrap_or(Tz::UTC));
                (at.ok_or_else(|| refused(&TimeFault::NoTime))?, field)
            }
        };
        if at < now.plus(NEAREST) {
            let words = "Give a time at least a second ahead, or publish at once.";
            return Err(UserError::new(UserErrorCode::PostScheduleInPast, field, words));
        }
        if at > now.plus(FURTHEST) {
            let words = "Give a time at most two years ahead.";
            return Err(UserError::new(UserErrorCode::Invalid, field, words));
        }
        Ok(at)
    }

    /// Whether the workspace's time zone belongs to it.
    pub(super) const fn needs_zone(&self) -> bool {
        matches!(self, Self::Local { zone: None, .. })
    }

    /// The time with its zone: `found`, the workspace's, where it has none.
    pub(super) fn in_zone(self, found: Option<Tz>) -> Self {
        match self {
            Self::Local { date_time, zone } => Self::Local { date_time, zone: zone.or(found) },
            Self::At(at) => Self::At(at),
        }
    }
}

pub(crate) fn no_account() -> UserError {
    UserError::new(UserErrorCode::PostNoTargets, "accountIds", "Choose at least one account to publish to.")
}

impl Posts {
    /// The time with its zone: the workspace's where the client names none.
    pub(crate) async fn zoned(&self, schedule: Schedule, workspace: WorkspaceId) -> ServiceResult<Schedule> {
        let zone = if schedule.needs_zone() { self.zone_of(workspace).await? } else { None };
        Ok(schedule.in_zone(zone))
    }

    /// The workspace's time zone, as far as it is known here.
    pub(super) async fn zone_of(&self, workspace: WorkspaceId) -> ServiceResult<Option<Tz>> {
        let found = self.context.db.workspaces().by_ids(&[workspace]).await?.pop();
        Ok(found.and_then(|workspace| workspace.time_zone.parse().ok()))
    }

    /// A good time for a post that is scheduled without one, where the workspace wants that.
    pub(crate) async fn time_for(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: PostId,
    ) -> ServiceResult<Timestamp> {
        let refuse = |code, words: &str| Err(UserError::new(code, "scheduledAt", words).into());
        if !self.settings.get(actor, workspace).await?.auto_optimal_time {
            let words = "Give a time (scheduledAt), or turn on automatic times in the workspace's settings.";
            return refuse(UserErrorCode::Required, words);
        }
        let targets = self.context.db.targets().of_posts(workspace, &[id]).await?;
        let accounts: Vec<AccountId> = targets.iter().map(|target| target.account_id).collect();
        if accounts.is_empty() {
            return Err(no_account().into());
        }
        match self.analytics.good_time(workspace, &accounts, id).await? {
            Some(at) => Ok(at),
            None => {
                refuse(UserErrorCode::Invalid, "Every good hour of the coming weeks is taken; give a time.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_second_to_two_years_ahead() {
        let now = Timestamp::from_micros(1_000_000_000_000_000).unwrap();
        let code = |ahead: u64| {
            let at = Schedule::At(now.plus(Duration::from_secs(ahead)));
            at.resolve(now).map(|_| ()).map_err(|error| (error.code, error.path.join(".")))
        };
        assert_eq!(code(0), Err((UserErrorCode::PostScheduleInPast, "input.scheduledAt".to_owned())));
        assert_eq!(code(1), Ok(()));
        assert_eq!(code(3 * 366 * 24 * 3600), Err((UserErrorCode::Invalid, "input.scheduledAt".to_owned())));
        for (date_time, words) in [
            ("noon", "Give a time such as"),
            ("2001-02-30T10:00", "There is no 30 February 2001."),
            ("2001-10-01T10:00:00+0100", "The time has an offset"),
        ] {
            let local = Schedule::Local { date_time: date_time.to_owned(), zone: None };
            let error = local.resolve(now).unwrap_err();
            assert_eq!(error.path.join("."), "input.scheduledLocal.dateTime");
            assert!(error.message.starts_with(words), "{}", error.message);
        }
    }
}
