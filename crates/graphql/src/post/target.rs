//! A target as clients see it: the publication of a post on one account.

use super::metrics::{PostMeasurements, PostMetrics};
use super::object::Post;
use super::step::PublishStep;
use crate::account::Account;
use crate::media::Media;
use crate::request::{ContextExt as _, Loaders, top_level};
use crate::scalars::{BigInt, DateTime, GlobalId as _, Url};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{PostStatus, TargetErrorCode, TargetStatus};
use fanfare_domain::written::Written;
use fanfare_query_limits::directives::list_size;
use fanfare_services::{ServiceError, account, post, publication};
use std::sync::Arc;

/// A target of a workspace that the asker is known to belong to. Its row is read when a field needs it; what an
/// event's payload tells (`known`) is answered without.
#[derive(Clone)]
pub struct PostTarget {
    pub workspace_id: WorkspaceId,
    pub id: TargetId,
    pub known: Option<Arc<KnownTarget>>,
    pub row: Option<Arc<publication::Target>>,
    /// Its post's row, where that was read already.
    pub post: Option<Arc<post::Post>>,
    /// Its account's row, where that was read already.
    pub account: Option<Arc<account::Account>>,
    /// What was measured of its post, where that was read already.
    pub metrics: Option<Arc<PostMeasurements>>,
    /// An event's own; `None`: the request's.
    pub loaders: Option<Loaders>,
}

/// What an event reports about a target, as it was at the event.
#[derive(Clone, Debug)]
pub struct KnownTarget {
    pub post_id: PostId,
    pub post_status: Option<PostStatus>,
    pub account_id: AccountId,
    pub platform: Platform,
    pub status: TargetStatus,
    pub external_id: Option<String>,
    pub url: Option<String>,
    pub error: Option<TargetError>,
}

/// Why a target is not published.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct TargetError {
    /// What is to be done about it.
    pub code: TargetErrorCode,
    /// The network's words, or the server's; at most 500 characters.
    pub message: String,
}

impl PostTarget {
    /// A target of which only the id is known.
    pub fn of_id(workspace_id: WorkspaceId, id: TargetId) -> Self {
        Self {
            workspace_id,
            id,
            known: None,
            row: None,
            post: None,
            account: None,
            metrics: None,
            loaders: None,
        }
    }

    fn loaders<'a>(&'a self, ctx: &'a Context<'_>) -> Result<&'a Loaders> {
        self.loaders.as_ref().map_or_else(|| ctx.loaders(), Ok)
    }

    async fn row(&self, ctx: &Context<'_>) -> Result<Arc<publication::Target>> {
        if let Some(row) = &self.row {
            return Ok(Arc::clone(row));
        }
        let row = self.loaders(ctx)?.target(self.workspace_id, self.id).await?;
        row.map(Arc::new).ok_or_else(|| top_level(ServiceError::NotFound))
    }

    /// Reads from what is known, else from the row.
    async fn tell<T>(
        &self,
        ctx: &Context<'_>,
        known: impl FnOnce(&KnownTarget) -> T,
        row: impl FnOnce(&publication::Target) -> T,
    ) -> Result<T> {
        match &self.known {
            Some(target) => Ok(known(target)),
            None => Ok(row(&*self.row(ctx).await?)),
        }
    }

    async fn account_row(&self, ctx: &Context<'_>) -> Result<account::Account> {
        if let Some(account) = &self.account {
            return Ok(account::Account::clone(account));
        }
        let id = self.tell(ctx, |known| known.account_id, |row| row.account_id).await?;
        let account = self.loaders(ctx)?.account(self.workspace_id, id).await?;
        account.ok_or_else(|| top_level(ServiceError::NotFound))
    }

    /// Reads from what the account gets: the post's words with the variant applied.
    async fn written<T>(&self, ctx: &Context<'_>, read: impl FnOnce(Written<'_>) -> T) -> Result<T> {
        let row = self.row(ctx).await?;
        let post = if let Some(post) = &self.post {
            Arc::clone(post)
        } else {
            let post = self.loaders(ctx)?.post(self.workspace_id, row.post_id).await?;
            Arc::new(post.ok_or_else(|| top_level(ServiceError::NotFound))?)
        };
        Ok(read(post.written().adapted(row.words())))
    }
}

impl From<publication::Target> for PostTarget {
    fn from(row: publication::Target) -> Self {
        Self { row: Some(Arc::new(row.clone())), ..Self::of_id(row.workspace_id, row.id) }
    }
}

/// The publication of a post on one account, with a state and an error of its own.
#[Object]
impl PostTarget {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.id.global()
    }

    /// The number that the REST API shows.
    async fn database_id(&self) -> BigInt {
        BigInt(self.id.0)
    }

    /// What is published.
    async fn post(&self, ctx: &Context<'_>) -> Result<Post> {
        let id = self.tell(ctx, |known| known.post_id, |row| row.post_id).await?;
        Ok(Post {
            workspace_id: self.workspace_id,
            id,
            status: self.known.as_ref().and_then(|known| known.post_status),
            row: self.post.clone(),
            loaders: self.loaders.clone(),
        })
    }

    /// Where it is published.
    async fn account(&self, ctx: &Context<'_>) -> Result<Account> {
        self.account_row(ctx).await.map(Account)
    }

    /// The account's network.
    async fn platform(&self, ctx: &Context<'_>) -> Result<Platform> {
        match &self.known {
            Some(known) => Ok(known.platform),
            None => Ok(self.account_row(ctx).await?.platform),
        }
    }

    /// How far the publication is.
    async fn status(&self, ctx: &Context<'_>) -> Result<TargetStatus> {
        self.tell(ctx, |known| known.status, |row| row.status).await
    }

    /// The text that this account gets: its variant's, else the post's; without link and hashtags.
    async fn content(&self, ctx: &Context<'_>) -> Result<String> {
        self.written(ctx, |written| written.content.to_owned()).await
    }

    /// The title that this account gets: its variant's, else the post's.
    async fn title(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.written(ctx, |written| written.title.map(str::to_owned)).await
    }

    /// The hashtags that this account gets, without #: its variant's, else the post's.
    async fn hashtags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        self.written(ctx, |written| written.hashtags.to_vec()).await
    }

    /// The media that this account gets, in their order: its variant's, else the post's; at most 20.
    #[graphql(directive = list_size::apply(2))]
    async fn media(&self, ctx: &Context<'_>) -> Result<Vec<Media>> {
        let row = self.row(ctx).await?;
        let loaders = self.loaders(ctx)?;
        let rows = if row.own_media {
            loaders.media_of_target(self.workspace_id, self.id).await?
        } else {
            loaders.media_of_post(self.workspace_id, row.post_id).await?
        };
        Ok(rows.into_iter().map(Media).collect())
    }

    /// The network's id of what was published.
    async fn external_id(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.tell(ctx, |known| known.external_id.clone(), |row| row.external_id.clone()).await
    }

    /// Where people see it on the network; null before it is published, and where the network has no address for it.
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        let read = |text: &Option<String>| Url::from_stored(text.as_deref());
        self.tell(ctx, |known| read(&known.url), |row| read(&row.url)).await
    }

    /// Why it is not published; null where nothing is wrong.
    async fn error(&self, ctx: &Context<'_>) -> Result<Option<TargetError>> {
        let stored = |row: &publication::Target| {
            row.error_code
                .map(|code| TargetError { code, message: row.error_message.clone().unwrap_or_default() })
        };
        self.tell(ctx, |known| known.error.clone(), stored).await
    }

    /// Failed attempts since a user last sent it; given up after three by default.
    async fn attempts(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(self.row(ctx).await?.attempts)
    }

    /// When it is tried again; null unless it is PENDING after a failure.
    async fn next_attempt_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.row(ctx).await?.next_attempt_at.map(DateTime))
    }

    /// When the network confirmed it.
    async fn published_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.row(ctx).await?.published_at.map(DateTime))
    }

    /// What people did with it on its network; null until the network was asked.
    async fn metrics(&self, ctx: &Context<'_>) -> Result<Option<PostMetrics>> {
        if let Some(measured) = &self.metrics {
            return Ok(measured.of_targets(&[self.id]));
        }
        let post = self.tell(ctx, |known| known.post_id, |row| row.post_id).await?;
        let loaders = self.loaders(ctx)?;
        let measured = PostMeasurements::load(loaders, ctx.look_ahead(), self.workspace_id, post).await?;
        Ok(measured.of_targets(&[self.id]))
    }

    /// The ledger: what was sent to the network and what came of it, oldest first.
    #[graphql(directive = list_size::apply(5))]
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<PublishStep>> {
        let rows = self.loaders(ctx)?.steps_of_target(self.workspace_id, self.id).await?;
        Ok(rows.into_iter().map(PublishStep).collect())
    }
}
