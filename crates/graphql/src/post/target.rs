//! A target as clients see it: the publication of a post on one account.

use super::metrics::{PostMeasurements, PostMetrics};
use super::object::Post;
use super::step::PublishStep;
use super::told::{ShownPost, ToldTarget};
use super::variant::PostVariant;
use crate::account::Account;
use crate::media::Media;
use crate::request::{ContextExt as _, Loaders, top_level};
use crate::scalars::{BigInt, DateTime, GlobalId as _, Url};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use fanfare_domain::event::payload::TargetPayload;
use fanfare_domain::id::{TargetId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{TargetErrorCode, TargetStatus};
use fanfare_domain::written::Written;
use fanfare_query_limits::directives::list_size;
use fanfare_services::{ServiceError, account, post, publication};
use std::sync::Arc;

/// A target of a workspace that the asker is known to belong to, with its row, and with what else was read already.
#[derive(Clone)]
pub struct PostTarget {
    pub(super) row: Arc<publication::Target>,
    /// Its post's row.
    pub post: Option<Arc<post::Post>>,
    /// Its account's row.
    pub account: Option<Arc<account::Account>>,
    /// Its account's network.
    pub platform: Option<Platform>,
    /// What was measured of its post.
    pub metrics: Option<Arc<PostMeasurements>>,
}

/// Why a target is not published.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct TargetError {
    /// What is to be done about it.
    pub code: TargetErrorCode,
    /// The network's words, or the server's; at most 500 characters.
    pub message: String,
}

impl TargetError {
    /// What an event says.
    pub fn told(said: &TargetPayload) -> Option<Self> {
        let error = said.error.as_ref()?;
        Some(Self { code: error.code, message: error.message.clone().unwrap_or_default() })
    }
}

impl PostTarget {
    pub fn new(row: impl Into<Arc<publication::Target>>) -> Self {
        Self { row: row.into(), post: None, account: None, platform: None, metrics: None }
    }

    /// The target with this id; `NOT_FOUND` where the workspace has none.
    pub async fn load(loaders: &Loaders, workspace: WorkspaceId, id: TargetId) -> Result<Self> {
        let row = loaders.target(workspace, id).await?;
        row.map(Self::new).ok_or_else(|| top_level(ServiceError::NotFound))
    }

    /// The target as it was at an event, where that tells; the rest is as it is now.
    pub(super) fn with_told(mut self, told: ToldTarget) -> Self {
        let row = Arc::make_mut(&mut self.row);
        row.status = told.status;
        row.external_id = told.external_id;
        row.url = told.url;
        (row.error_code, row.error_message) = told.error.map(|it| (it.code, it.message)).unzip();
        Self { platform: Some(told.platform), ..self }
    }

    async fn account_row(&self, ctx: &Context<'_>) -> Result<Arc<account::Account>> {
        if let Some(account) = &self.account {
            return Ok(Arc::clone(account));
        }
        let account = ctx.loaders()?.account(self.row.workspace_id, self.row.account_id).await?;
        account.ok_or_else(|| top_level(ServiceError::NotFound))
    }

    /// Reads from what the account gets: the post's words with the variant applied.
    async fn written<T>(&self, ctx: &Context<'_>, read: impl FnOnce(Written<'_>) -> T) -> Result<T> {
        if let Some(post) = &self.post {
            return Ok(read(post.written().adapted(self.row.words())));
        }
        let post = ctx.loaders()?.post(self.row.workspace_id, self.row.post_id).await?;
        let post = post.ok_or_else(|| top_level(ServiceError::NotFound))?;
        Ok(read(post.written().adapted(self.row.words())))
    }
}

impl From<Arc<publication::Target>> for PostTarget {
    fn from(row: Arc<publication::Target>) -> Self {
        Self::new(row)
    }
}

/// The publication of a post on one account, with a state and an error of its own.
#[Object(crate = "crate::execution")]
impl PostTarget {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// The number that the REST API shows.
    async fn database_id(&self) -> BigInt {
        BigInt(self.row.id.0)
    }

    /// What is published.
    async fn post(&self, ctx: &Context<'_>) -> Result<ShownPost> {
        match &self.post {
            Some(row) => Ok(ShownPost::Read(Post::new(Arc::clone(row)))),
            None => ShownPost::of_id(ctx, self.row.workspace_id, self.row.post_id).await,
        }
    }

    /// Where it is published.
    async fn account(&self, ctx: &Context<'_>) -> Result<Account> {
        self.account_row(ctx).await.map(Account)
    }

    /// The account's network.
    async fn platform(&self, ctx: &Context<'_>) -> Result<Platform> {
        match self.platform {
            Some(platform) => Ok(platform),
            None => Ok(self.account_row(ctx).await?.platform),
        }
    }

    /// How far the publication is.
    async fn status(&self) -> TargetStatus {
        self.row.status
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

    /// The link that this account gets: its variant's, else the post's. Joined to the text where the text does not hold it.
    async fn link_url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        self.written(ctx, |written| Url::from_stored(written.link_url)).await
    }

    /// What was written for this account alone; null if it uses everything of the post.
    async fn variant(&self) -> Option<PostVariant> {
        PostVariant::of(&self.row)
    }

    /// The media that this account gets, in their order: its variant's, else the post's; at most 20.
    #[graphql(directive = list_size::apply(2))]
    async fn media(&self, ctx: &Context<'_>) -> Result<Vec<Media>> {
        let (loaders, at) = (ctx.loaders()?, self.row.workspace_id);
        let rows = if self.row.own_media {
            loaders.media_of_target(at, self.row.id).await?
        } else {
            loaders.media_of_post(at, self.row.post_id).await?
        };
        Ok(rows.into_iter().map(Media).collect())
    }

    /// The network's id of what was published.
    async fn external_id(&self) -> Option<&str> {
        self.row.external_id.as_deref()
    }

    /// Where people see it on the network; null before it is published, and where the network has no address for it.
    async fn url(&self) -> Option<Url> {
        Url::from_stored(self.row.url.as_deref())
    }

    /// Why it is not published; null where nothing is wrong.
    async fn error(&self) -> Option<TargetError> {
        let code = self.row.error_code?;
        Some(TargetError { code, message: self.row.error_message.clone().unwrap_or_default() })
    }

    /// Failed attempts since a user last sent it; given up after three by default.
    async fn attempts(&self) -> i32 {
        self.row.attempts
    }

    /// When it is tried again; null unless it is PENDING after a failure.
    async fn next_attempt_at(&self) -> Option<DateTime> {
        self.row.next_attempt_at.map(DateTime)
    }

    /// When the network confirmed it.
    async fn published_at(&self) -> Option<DateTime> {
        self.row.published_at.map(DateTime)
    }

    /// What people did with it on its network; null until the network was asked.
    async fn metrics(&self, ctx: &Context<'_>) -> Result<Option<PostMetrics>> {
        if let Some(measured) = &self.metrics {
            return Ok(measured.of_targets(&[self.row.id]));
        }
        let (loaders, at) = (ctx.loaders()?, self.row.workspace_id);
        let measured = PostMeasurements::load(loaders, ctx.look_ahead(), at, self.row.post_id).await?;
        Ok(measured.of_targets(&[self.row.id]))
    }

    /// The ledger: what was sent to the network and what came of it, oldest first.
    #[graphql(directive = list_size::apply(5))]
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<PublishStep>> {
        let rows = ctx.loaders()?.steps_of_target(self.row.workspace_id, self.row.id).await?;
        Ok(rows.into_iter().map(PublishStep).collect())
    }
}
