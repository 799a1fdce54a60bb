//! The post as clients see it.

use super::metrics::{PlatformMetrics, PostMeasurements, PostMetrics};
use super::saga::Saga;
use super::target::PostTarget;
use crate::campaign::Campaign;
use crate::media::{Media, MediaFetch};
use crate::person::User;
use crate::request::{ContextExt as _, Loaders, top_level};
use crate::scalars::{BigInt, DateTime, GlobalId as _, Url};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, Object, Result};
use fanfare_domain::id::{PostId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{PostStatus, PublishMode, TemplateType};
use fanfare_query_limits::directives::list_size;
use fanfare_services::post as rows;
use fanfare_services::{ServiceError, publication};
use std::sync::Arc;

/// A post of a workspace that the asker is known to belong to, with its row.
#[derive(Clone)]
pub struct Post(Arc<rows::Post>);

impl Post {
    pub fn new(row: impl Into<Arc<rows::Post>>) -> Self {
        Self(row.into())
    }

    /// The post with this id; `NOT_FOUND` where the workspace has none.
    pub async fn load(loaders: &Loaders, workspace: WorkspaceId, id: PostId) -> Result<Self> {
        let row = loaders.post(workspace, id).await?;
        row.map(Self).ok_or_else(|| top_level(ServiceError::NotFound))
    }
}

impl From<rows::Post> for Post {
    fn from(row: rows::Post) -> Self {
        Self::new(row)
    }
}

impl From<Arc<rows::Post>> for Post {
    fn from(row: Arc<rows::Post>) -> Self {
        Self(row)
    }
}

/// What was written once to be published on several accounts.
#[Object(crate = "crate::execution")]
impl Post {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The number that the REST API shows.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }

    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Workspace::of(ctx, self.0.workspace_id).await
    }

    /// Who wrote it; null if the user no longer exists.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(author) = self.0.author_id else { return Ok(None) };
        Ok(ctx.loaders()?.user(self.0.workspace_id, author).await?.map(User))
    }

    /// The text, 1 to 63,206 characters, without link and hashtags.
    async fn content(&self) -> &str {
        &self.0.content
    }

    /// For networks that have titles (YouTube); at most 200 characters.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// Follows from the states of its targets.
    async fn status(&self) -> PostStatus {
        self.0.status
    }

    /// What one target's failure means for the others.
    async fn publish_mode(&self) -> PublishMode {
        self.0.publish_mode
    }

    /// When it is to be published; null for a draft and for a post that was published at once.
    async fn scheduled_at(&self) -> Option<DateTime> {
        self.0.scheduled_at.map(DateTime)
    }

    /// When its first target was published.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// Its publications, one for each account, in the order in which the accounts were chosen; at most 200.
    #[graphql(directive = list_size::apply(3))]
    async fn targets(&self, ctx: &Context<'_>) -> Result<Vec<PostTarget>> {
        Box::pin(targets_of(&self.0, ctx)).await
    }

    /// The networks of its targets, each once.
    async fn platforms(&self, ctx: &Context<'_>) -> Result<Vec<Platform>> {
        let rows = ctx.loaders()?.targets_with_accounts_of_post(self.0.workspace_id, self.0.id).await?;
        let mut platforms: Vec<Platform> = Vec::new();
        for (_, account) in rows {
            if !platforms.contains(&account.platform) {
                platforms.push(account.platform);
            }
        }
        Ok(platforms)
    }

    /// Why the first of its targets that has an error is not published; null where none has.
    async fn error_message(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let rows = ctx.loaders()?.targets_with_accounts_of_post(self.0.workspace_id, self.0.id).await?;
        let message = |row: &publication::Target| row.error_code.and(row.error_message.as_ref()).cloned();
        Ok(rows.iter().find_map(|(row, _)| message(row)))
    }

    /// Failed attempts of the target that has most of them.
    async fn retry_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let rows = ctx.loaders()?.targets_with_accounts_of_post(self.0.workspace_id, self.0.id).await?;
        Ok(rows.iter().map(|(row, _)| row.attempts).max().unwrap_or(0))
    }

    /// Its pictures and videos, in their order; at most 20. A target may have its own instead.
    #[graphql(directive = list_size::apply(2))]
    async fn media(&self, ctx: &Context<'_>) -> Result<Vec<Media>> {
        let rows = ctx.loaders()?.media_of_post(self.0.workspace_id, self.0.id).await?;
        Ok(rows.into_iter().map(Media).collect())
    }

    /// What it names by the addresses (mediaUrls), in their order; at most 20. What is fetched is in media, too.
    #[graphql(directive = list_size::apply(2))]
    async fn media_fetches(&self, ctx: &Context<'_>) -> Result<Vec<MediaFetch>> {
        let rows = ctx.loaders()?.media_fetches_of_post(self.0.workspace_id, self.0.id).await?;
        Ok(rows.into_iter().map(MediaFetch).collect())
    }

    /// Without #.
    async fn hashtags(&self) -> &[String] {
        &self.0.hashtags.0
    }

    /// Joined to the text where the text does not hold it.
    async fn link_url(&self) -> Option<Url> {
        Url::from_stored(self.0.link_url.as_deref())
    }

    /// What kind of post it is.
    async fn template_type(&self) -> Option<TemplateType> {
        self.0.template_type
    }

    /// The campaign that it belongs to.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Option<Campaign>> {
        let Some(id) = self.0.campaign_id else { return Ok(None) };
        Ok(ctx.loaders()?.campaign(self.0.workspace_id, id).await?.map(Campaign))
    }

    /// How the all-or-nothing publication goes; null for BEST_EFFORT, and before it is scheduled or published.
    async fn saga(&self, ctx: &Context<'_>) -> Result<Option<Saga>> {
        Ok(ctx.loaders()?.saga_of_post(self.0.workspace_id, self.0.id).await?.map(Saga))
    }

    /// What people did with it since it was published; null until a network was asked.
    async fn metrics(&self, ctx: &Context<'_>) -> Result<Option<PostMetrics>> {
        let (loaders, at) = (ctx.loaders()?, self.0.workspace_id);
        Ok(PostMeasurements::load(loaders, ctx.look_ahead(), at, self.0.id).await?.of_post())
    }

    /// The same by network: one entry for each that it is for, in the order in which the accounts were chosen.
    #[graphql(directive = list_size::apply(3))]
    async fn metrics_by_platform(&self, ctx: &Context<'_>) -> Result<Vec<PlatformMetrics>> {
        Box::pin(metrics_by_platform_of(&self.0, ctx)).await
    }

    /// When it was first stored.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it or its status last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    /// Rises with each change of the post, its status among them, from 1; `expectedRevision` of an update.
    async fn revision(&self) -> i32 {
        self.0.revision
    }
}

/// The targets, with what the document selects of their accounts and their numbers: read with the level of the targets,
/// whole.
async fn targets_of(post: &Arc<rows::Post>, ctx: &Context<'_>) -> Result<Vec<PostTarget>> {
    let (loaders, at, below) = (ctx.loaders()?, post.workspace_id, ctx.look_ahead());
    let metrics = async {
        if !below.field("metrics").exists() {
            return Ok(None);
        }
        let measured = PostMeasurements::load(loaders, below.field("metrics"), at, post.id).await;
        measured.map(|measured| Some(Arc::new(measured)))
    };
    let made = |row: Arc<publication::Target>, account, metrics: &Option<Arc<PostMeasurements>>| PostTarget {
        account,
        metrics: metrics.clone(),
        post: Some(Arc::clone(post)),
        ..PostTarget::new(row)
    };
    if below.field("account").exists() || below.field("platform").exists() {
        let rows = loaders.targets_with_accounts_of_post(at, post.id);
        let (rows, metrics) = futures_util::try_join!(rows, metrics)?;
        return Ok(rows.into_iter().map(|(row, account)| made(row, Some(account), &metrics)).collect());
    }
    let (rows, metrics) = futures_util::try_join!(loaders.targets_of_post(at, post.id), metrics)?;
    Ok(rows.into_iter().map(|row| made(row, None, &metrics)).collect())
}

async fn metrics_by_platform_of(post: &rows::Post, ctx: &Context<'_>) -> Result<Vec<PlatformMetrics>> {
    let (loaders, metrics) = (ctx.loaders()?, ctx.look_ahead().field("metrics"));
    let (publications, measured) = futures_util::try_join!(
        loaders.targets_with_accounts_of_post(post.workspace_id, post.id),
        PostMeasurements::load(loaders, metrics, post.workspace_id, post.id),
    )?;
    Ok(measured.by_platform(&publications))
}
