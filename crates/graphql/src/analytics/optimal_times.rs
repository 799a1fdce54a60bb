//! When an account does best to publish.

use crate::account::Account;
use crate::request::{ContextExt as _, top_level};
use crate::scalars::{DateTime, GlobalId as _, TimeZone};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono_tz::Tz;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::AccountId;
use fanfare_domain::optimal_time::{OptimalTimeMethod, Slot, Weekday};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_query_limits::directives::{field_cost, list_size};
use fanfare_services::{ServiceError, analytics};
use std::sync::Arc;

/// The hours of a week.
const WEEK: i32 = 168;
const USUAL: i32 = 10;

/// See the schema.
pub struct OptimalTimes {
    account: Account,
    zone: Tz,
    method: OptimalTimeMethod,
    posts: usize,
    slots: Vec<OptimalTimeSlot>,
}

impl From<analytics::OptimalTimes> for OptimalTimes {
    fn from(found: analytics::OptimalTimes) -> Self {
        let slot = |(slot, next): (Slot, Timestamp)| OptimalTimeSlot {
            weekday: slot.weekday,
            hour: i32::try_from(slot.hour).unwrap_or_default(),
            score: slot.score,
            sample_size: i32::try_from(slot.sample_size).unwrap_or(i32::MAX),
            next_at: next.into(),
        };
        Self {
            account: Account::new(Arc::new(found.account)),
            zone: found.zone,
            method: found.method,
            posts: found.posts,
            slots: found.slots.into_iter().map(slot).collect(),
        }
    }
}

/// The hours of the week that suit an account.
#[Object(crate = "crate::execution")]
impl OptimalTimes {
    /// Whose hours they are.
    async fn account(&self) -> &Account {
        &self.account
    }
    /// The hours are those of its clocks: the workspace's time zone.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.zone)
    }
    /// What they are told from.
    async fn method(&self) -> OptimalTimeMethod {
        self.method
    }
    /// The account's posts that are at least a day old and have been measured; the 1,000 newest.
    async fn post_count(&self) -> i32 {
        i32::try_from(self.posts).unwrap_or(i32::MAX)
    }
    /// The best first.
    #[graphql(directive = list_size::apply(10))]
    async fn slots(&self) -> &[OptimalTimeSlot] {
        &self.slots
    }
}

/// An hour of the week.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct OptimalTimeSlot {
    /// The day.
    pub weekday: Weekday,
    /// The hour at which it begins, 0 to 23.
    pub hour: i32,
    /// The part of the account's posts that one published at this hour is expected to do better than, 0 to 1. Hours with few
    /// posts stay near 0.5, and so do all where the method is PLATFORM_DEFAULT.
    pub score: f64,
    /// The account's posts of this hour; 0 where the method is PLATFORM_DEFAULT.
    pub sample_size: i32,
    /// When it begins next.
    pub next_at: DateTime,
}

/// Part of `Query`: the best hours of the week to publish.
#[derive(Default)]
pub struct OptimalTimesQuery;

#[Object]
impl OptimalTimesQuery {
    /// The hours of the week at which an account does best to publish: from what came of its own posts once there are 20,
    /// else what is usual on its network. Any member may read them.
    #[graphql(directive = field_cost::apply(10))]
    async fn optimal_times(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account.")] account_id: ID,
        #[graphql(desc = "How many hours, 1 to 168; 10 by default.")] most: Option<i32>,
    ) -> Result<OptimalTimes> {
        let bad = |error: UserError| top_level(ServiceError::from(error));
        let account = AccountId::parse(&account_id, "accountId").map_err(bad)?;
        let most = most.unwrap_or(USUAL);
        if !(1..=WEEK).contains(&most) {
            return Err(bad(UserError::new(UserErrorCode::Invalid, "most", "Give a number from 1 to 168.")));
        }
        let most = usize::try_from(most).unwrap_or_default();
        let asked = ctx.services()?.analytics();
        let found = Box::pin(asked.optimal_times(ctx.actor()?, account, most)).await;
        found.map(OptimalTimes::from).map_err(top_level)
    }
}
