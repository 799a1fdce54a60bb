//! The posts of a span of days.

use crate::context::{Context, Freshness, Read, ServiceError, ServiceResult, shared};
use crate::workspace::Workspaces;
use chrono::NaiveDate;
use chrono_tz::Tz;
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::calendar::{Span, day_of};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::Noun;
use fanfare_storage::rows::Post;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Posts of one calendar.
const MOST_POSTS: i64 = 1_000;

/// A span of days with their posts.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub span: Span,
    pub time_zone: Tz,
    /// Every day of the span, each with its posts in the order of their times.
    pub days: BTreeMap<NaiveDate, Vec<Arc<Post>>>,
    /// Whether there are more posts than are shown.
    pub truncated: bool,
}

/// The service of calendars.
#[derive(Clone)]
pub struct Calendars {
    context: Arc<Context>,
    workspaces: Workspaces,
}

impl Calendars {
    pub(crate) fn new(context: &Arc<Context>, workspaces: &Workspaces) -> Self {
        Self { context: Arc::clone(context), workspaces: workspaces.clone() }
    }

    /// The posts that are planned for these days, or were published on them without a plan, in the workspace's time
    /// zone.
    pub async fn posts(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        span: Span,
        fresh: Freshness,
    ) -> ServiceResult<Calendar> {
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let time_zone = self.workspaces.zone_of(workspace).await?;
        let (from, to) = span.instants(time_zone).ok_or(ServiceError::NotFound)?;
        let read = Read { workspace, fresh, about: &[Noun::Posts], name: "calendar", question: &(from, to) };
        let posts = shared(self.context.db.posts().between(workspace, from, to, MOST_POSTS + 1));
        let mut posts = self.context.kept(read, posts).await?;
        let truncated = posts.len() > usize::try_from(MOST_POSTS).unwrap_or(usize::MAX);
        posts.truncate(usize::try_from(MOST_POSTS).unwrap_or(usize::MAX));
        let mut days: BTreeMap<NaiveDate, Vec<Arc<Post>>> =
            span.days().map(|day| (day, Vec::new())).collect();
        for post in posts {
            if let Some(at) = post.scheduled_at.or(post.published_at) {
                days.entry(day_of(at, time_zone)).or_default().push(post);
            }
        }
        Ok(Calendar { span, time_zone, days, truncated })
    }
}
