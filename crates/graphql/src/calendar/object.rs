//! The calendar of a workspace.

use crate::post::Post;
use crate::request::{ContextExt as _, top_level};
use crate::scalars::{Date, TimeZone};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use chrono_tz::Tz;
use fanfare_domain::calendar::Span;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_query_limits::directives::{field_cost, list_size};
use fanfare_services::{calendar, post};
use std::sync::Arc;

/// A span of days with their posts.
pub struct Calendar {
    span: Span,
    zone: Tz,
    days: Vec<CalendarDay>,
    truncated: bool,
}

impl From<calendar::Calendar> for Calendar {
    fn from(read: calendar::Calendar) -> Self {
        let day = |(date, posts): (NaiveDate, Vec<Arc<post::Post>>)| CalendarDay {
            date,
            posts: posts.into_iter().map(Post::new).collect(),
        };
        let days = read.days.into_iter().map(day).collect();
        Self { span: read.span, zone: read.time_zone, days, truncated: read.truncated }
    }
}

/// A span of days with their posts, in the workspace's time zone.
#[Object(crate = "crate::execution")]
impl Calendar {
    /// The first day.
    async fn start_date(&self) -> Date {
        Date(self.span.first())
    }

    /// The last day.
    async fn end_date(&self) -> Date {
        Date(self.span.last())
    }

    /// Both together.
    async fn period(&self) -> CalendarPeriod {
        CalendarPeriod { start: Date(self.span.first()), end: Date(self.span.last()) }
    }

    /// The zone that its days are days of.
    async fn time_zone(&self) -> TimeZone {
        TimeZone(self.zone)
    }

    /// Every day, with posts or without; at most 62.
    #[graphql(directive = list_size::apply(31))]
    async fn days(&self) -> &[CalendarDay] {
        &self.days
    }

    /// Whether there are more than the 1,000 posts that are shown, the earliest: ask for fewer days.
    async fn truncated(&self) -> bool {
        self.truncated
    }
}

/// The days that a calendar shows, both ends included.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct CalendarPeriod {
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
}

/// A day with its posts.
pub struct CalendarDay {
    date: NaiveDate,
    posts: Vec<Post>,
}

/// A day with its posts.
#[Object(crate = "crate::execution")]
impl CalendarDay {
    /// The day.
    async fn date(&self) -> Date {
        Date(self.date)
    }

    /// The posts that are planned for it, or were published on it without a plan, in the order of their times.
    #[graphql(directive = list_size::apply(2))]
    async fn posts(&self) -> &[Post] {
        &self.posts
    }
}

/// Part of `Query`: posts by the day they are planned for.
#[derive(Default)]
pub struct CalendarQuery;

#[Object]
impl CalendarQuery {
    /// The posts of a month, or of up to 62 days, by the day that they are planned for. Give year and month, or
    /// startDate and endDate. Any member may read it.
    // Up to a thousand posts, however few of them are selected.
    #[graphql(directive = field_cost::apply(10))]
    async fn calendar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "1970 to 9999.")] year: Option<i32>,
        #[graphql(desc = "1 to 12.")] month: Option<i32>,
        #[graphql(desc = "The first day.")] start_date: Option<Date>,
        #[graphql(desc = "The last day; at most 61 days after the first.")] end_date: Option<Date>,
    ) -> Result<Calendar> {
        let days = CalendarArgs { year, month, start_date, end_date };
        calendar_of(ctx, ctx.workspace(workspace_id.as_ref())?, days).await
    }
}

/// The days that are asked for: a month, or the first and the last of them.
pub struct CalendarArgs {
    pub year: Option<i32>,
    pub month: Option<i32>,
    pub start_date: Option<Date>,
    pub end_date: Option<Date>,
}

impl CalendarArgs {
    fn span(self) -> std::result::Result<Span, UserError> {
        match (self.year, self.month, self.start_date, self.end_date) {
            (Some(year), Some(month), None, None) => Span::of_month(year, month),
            (None, None, Some(first), Some(last)) => Span::new(first.0, last.0),
            _ => {
                let words = "Give year and month, or startDate and endDate.";
                let mut error = UserError::new(UserErrorCode::Invalid, "", words);
                error.path = vec!["year".to_owned()];
                Err(error)
            }
        }
    }
}

/// The posts of a workspace by the day that they are planned for.
pub async fn calendar_of(ctx: &Context<'_>, workspace: WorkspaceId, days: CalendarArgs) -> Result<Calendar> {
    let (calendars, actor, fresh) = (ctx.services()?.calendars(), ctx.actor()?, ctx.fresh()?);
    let span = days.span().map_err(|error| top_level(error.into()))?;
    let calendar = Box::pin(calendars.posts(actor, workspace, span, fresh)).await;
    calendar.map(Calendar::from).map_err(top_level)
}
