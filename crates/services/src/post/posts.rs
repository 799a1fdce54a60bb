//! The service of posts, and posts as they are read.

use crate::account::Accounts;
use crate::analytics::AnalyticsReports;
use crate::context::{Context, List, Listed, Query, ServiceResult, Window, shared};
use crate::media::MediaFetches;
use crate::place::Places;
use crate::settings::Settings;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, PostId, WorkspaceId};
use fanfare_domain::noun::Noun;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_platform_api::Registry;
use fanfare_storage::page::{PostFilter, PostOrder, PostTime};
use fanfare_storage::rows::Post;
use std::num::NonZero;
use std::sync::Arc;
use tokio::sync::Semaphore;

const LONGEST_SEARCH: usize = 200;
/// Overdue posts that are read at once, of all campaigns together.
const MOST_OVERDUE: i64 = 1_000;

/// The service of posts.
#[derive(Clone)]
pub struct Posts {
    pub(super) context: Arc<Context>,
    pub(super) places: Places,
    pub(super) accounts: Accounts,
    pub(super) analytics: AnalyticsReports,
    pub(super) media_fetches: MediaFetches,
    pub(super) settings: Settings,
    pub(super) registry: Registry,
    /// Places for long texts that are weighed at the same time: as many as there are processors.
    pub(super) weighing: Arc<Semaphore>,
}

/// The services that that of posts works with.
pub(crate) struct Beside<'a> {
    pub places: &'a Places,
    pub accounts: &'a Accounts,
    pub analytics: &'a AnalyticsReports,
    pub media_fetches: &'a MediaFetches,
    pub settings: &'a Settings,
}

impl Posts {
    pub(crate) fn new(context: &Arc<Context>, beside: &Beside<'_>, registry: &Registry) -> Self {
        Self {
            context: Arc::clone(context),
            places: beside.places.clone(),
            accounts: beside.accounts.clone(),
            analytics: beside.analytics.clone(),
            media_fetches: beside.media_fetches.clone(),
            settings: beside.settings.clone(),
            registry: registry.clone(),
            weighing: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, NonZero::get))),
        }
    }

    /// The posts of a workspace in an order.
    pub fn list(&self, query: Query<(PostFilter, PostOrder)>) -> Listed<Self, (PostFilter, PostOrder)> {
        Listed { service: self.clone(), query }
    }

    /// Posts by id, for those who may read the workspace.
    pub async fn by_ids(&self, workspace: WorkspaceId, ids: &[PostId]) -> ServiceResult<Vec<Post>> {
        Ok(self.context.db.posts().by_ids(workspace, ids).await?)
    }

    /// A window of the posts of each campaign, newest first, for those who may read the workspace.
    pub async fn of_campaigns(
        &self,
        workspace: WorkspaceId,
        ids: &[CampaignId],
        window: &Window,
    ) -> ServiceResult<Vec<(CampaignId, Post)>> {
        Ok(self.context.db.posts().of_campaigns(workspace, ids, window).await?)
    }

    /// The same for accounts: the posts that have a target on them.
    pub async fn of_accounts(
        &self,
        workspace: WorkspaceId,
        ids: &[AccountId],
        window: &Window,
    ) -> ServiceResult<Vec<(AccountId, Post)>> {
        Ok(self.context.db.posts().of_accounts(workspace, ids, window).await?)
    }

    /// The held posts of campaigns whose time had passed at `at`, the earliest first; at most 1,000.
    pub async fn overdue(
        &self,
        workspace: WorkspaceId,
        campaigns: &[CampaignId],
        at: Timestamp,
    ) -> ServiceResult<Vec<Post>> {
        Ok(self.context.db.posts().overdue(workspace, campaigns, at, MOST_OVERDUE).await?)
    }
}

/// A post of a list, with the time that the list is ordered by.
#[derive(Clone, Debug)]
pub struct ListedPost {
    pub row: Arc<Post>,
    pub by: PostTime,
}

impl ListedPost {
    /// Its time in the list's order; `None`: it comes with those that have none.
    pub fn time(&self) -> Option<Timestamp> {
        match self.by {
            PostTime::Created => Some(self.row.created_at),
            PostTime::Scheduled => self.row.scheduled_at,
            PostTime::Published => self.row.published_at,
        }
    }
}

impl From<ListedPost> for Arc<Post> {
    fn from(listed: ListedPost) -> Self {
        listed.row
    }
}

impl List for Listed<Posts, (PostFilter, PostOrder)> {
    type Row = ListedPost;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<ListedPost>> {
        let (context, query) = (&self.service.context, &self.query);
        let (filter, order) = &query.filter;
        searchable(filter)?;
        let page = shared(context.db.posts().page(query.workspace, filter, *order, window));
        let question = (filter, order, window);
        let rows = context.listed(query, (&[Noun::Posts], "posts.page"), &question, page).await?;
        Ok(rows.into_iter().map(|row| ListedPost { row, by: order.by }).collect())
    }

    fn ordered_by(&self) -> &'static str {
        self.query.filter.1.by.name()
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        let (filter, _) = &query.filter;
        searchable(filter)?;
        let count = context.db.posts().count(query.workspace, filter);
        context.listed(query, (&[Noun::Posts], "posts.count"), filter, count).await
    }
}

fn searchable(filter: &PostFilter) -> ServiceResult<()> {
    let text = filter.text.as_deref().unwrap_or_default();
    if text.chars().count() <= LONGEST_SEARCH && !text.contains('\0') {
        return Ok(());
    }
    let words = format!("Search for at most {LONGEST_SEARCH} characters, without NUL.");
    let mut error = UserError::new(UserErrorCode::Invalid, "", words);
    error.path = vec!["filter".to_owned(), "text".to_owned()];
    Err(error.into())
}
