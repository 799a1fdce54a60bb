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
use fanfare_services::post::{self as rows, PostPlace};
use fanfare_services::{ServiceError, publication};
use std::sync::Arc;

/// A post of a workspace that the asker is known to belong to. Its row is read when a field needs it; what an event's
/// payload tells (`status`) is answered without.
#[derive(Clone)]
pub struct Post {
    pub workspace_id: WorkspaceId,
    pub id: PostId,
    /// Told by an event; `None`: the row's.
    pub status: Option<PostStatus>,
    pub row: Option<Arc<rows::Post>>,
    /// An event's own; `None`: the request's.
    pub loaders: Option<Loaders>,
}

impl Post {
    /// A post of which only the id is known.
    pub fn of_id(workspace_id: WorkspaceId, id: PostId) -> Self {
        Self { workspace_id, id, status: None, row: None, loaders: None }
    }

    fn loaders<'a>(&'a self, ctx: &'a Context<'_>) -> Result<&'a Loaders> {
        self.loaders.as_ref().map_or_else(|| ctx.loaders(), Ok)
    }

    async fn row(&self, ctx: &Context<'_>) -> Result<Arc<rows::Post>> {
        if let Some(row) = &self.row {
            return Ok(Arc::clone(row));
        }
        let row = self.loaders(ctx)?.post(self.workspace_id, self.id).await?;
        row.map(Arc::new).ok_or_else(|| top_level(ServiceError::NotFound))
    }
}

impl From<rows::Post> for Post {
    fn from(row: rows::Post) -> Self {
        Self { row: Some(Arc::new(row.clone())), ..Self::of_id(row.workspace_id, row.id) }
    }
}

impl From<PostPlace> for Post {
    fn from(changed: PostPlace) -> Self {
        Self::of_id(changed.workspace_id, changed.post_id)
    }
}

/// What was written once to be published on several accounts.
#[Object]
impl Post {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.id.global()
    }

    /// The number that the REST API shows.
    async fn database_id(&self) -> BigInt {
        BigInt(self.id.0)
    }

    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        let row = self.loaders(ctx)?.workspace(self.workspace_id, self.workspace_id).await?;
        let row = row.ok_or_else(|| top_level(ServiceError::NotFound))?;
        Ok(Workspace::new(row, ctx.actor()?.clone()))
    }

    /// Who wrote it; null if the user no longer exists.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(author) = self.row(ctx).await?.author_id else { return Ok(None) };
        Ok(self.loaders(ctx)?.user(self.workspace_id, author).await?.map(User))
    }

    /// The text, 1 to 63,206 characters, without link and hashtags.
    async fn content(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(self.row(ctx).await?.content.clone())
    }

    /// For networks that have titles (YouTube); at most 200 characters.
    async fn title(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.row(ctx).await?.title.clone())
    }

    /// Follows from the states of its targets.
    async fn status(&self, ctx: &Context<'_>) -> Result<PostStatus> {
        match self.status {
            Some(status) => Ok(status),
            None => Ok(self.row(ctx).await?.status),
        }
    }

    /// What one target's failure means for the others.
    async fn publish_mode(&self, ctx: &Context<'_>) -> Result<PublishMode> {
        Ok(self.row(ctx).await?.publish_mode)
    }

    /// When it is to be published; null for a draft and for a post that was published at once.
    async fn scheduled_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.row(ctx).await?.scheduled_at.map(DateTime))
    }

    /// When its first target was published.
    async fn published_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.row(ctx).await?.published_at.map(DateTime))
    }

    /// Its publications, one for each account, in the order in which the accounts were chosen; at most 200.
    #[graphql(directive = list_size::apply(3))]
    async fn targets(&self, ctx: &Context<'_>) -> Result<Vec<PostTarget>> {
        let (loaders, workspace) = (self.loaders(ctx)?, self.workspace_id);
        let below = ctx.look_ahead();
        let metrics = async {
            if !below.field("metrics").exists() {
                return Ok(None);
            }
            let measured = PostMeasurements::load(loaders, below.field("metrics"), workspace, self.id).await;
            measured.map(|measured| Some(Arc::new(measured)))
        };
        let made = |row: publication::Target, account, metrics: &Option<Arc<PostMeasurements>>| PostTarget {
            account,
            metrics: metrics.clone(),
            post: self.row.clone(),
            loaders: self.loaders.clone(),
            ..row.into()
        };
        // Read with the level of the targets, whole, as the accounts are.
        if below.field("account").exists() || below.field("platform").exists() {
            let rows = loaders.targets_with_accounts_of_post(workspace, self.id);
            let (rows, metrics) = futures_util::try_join!(rows, metrics)?;
            return Ok(rows.into_iter().map(|(row, account)| made(row, Some(account), &metrics)).collect());
        }
        let (rows, metrics) = futures_util::try_join!(loaders.targets_of_post(workspace, self.id), metrics)?;
        Ok(rows.into_iter().map(|row| made(row, None, &metrics)).collect())
    }

    /// The networks of its targets, each once.
    async fn platforms(&self, ctx: &Context<'_>) -> Result<Vec<Platform>> {
        let rows = self.loaders(ctx)?.targets_with_accounts_of_post(self.workspace_id, self.id).await?;
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
        let rows = self.loaders(ctx)?.targets_with_accounts_of_post(self.workspace_id, self.id).await?;
        Ok(rows.into_iter().find_map(|(row, _)| row.error_code.and(row.error_message)))
    }

    /// Failed attempts of the target that has most of them.
    async fn retry_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let rows = self.loaders(ctx)?.targets_with_accounts_of_post(self.workspace_id, self.id).await?;
        Ok(rows.iter().map(|(row, _)| row.attempts).max().unwrap_or(0))
    }

    /// Its pictures and videos, in their order; at most 20. A target may have its own instead.
    #[graphql(directive = list_size::apply(2))]
    async fn media(&self, ctx: &Context<'_>) -> Result<Vec<Media>> {
        let rows = self.loaders(ctx)?.media_of_post(self.workspace_id, self.id).await?;
        Ok(rows.into_iter().map(Media).collect())
    }

    /// What it names by the addresses (mediaUrls), in their order; at most 20. What is fetched is in media, too.
    #[graphql(directive = list_size::apply(2))]
    async fn media_fetches(&self, ctx: &Context<'_>) -> Result<Vec<MediaFetch>> {
        let rows = self.loaders(ctx)?.media_fetches_of_post(self.workspace_id, self.id).await?;
        Ok(rows.into_iter().map(MediaFetch).collect())
    }

    /// Without #.
    async fn hashtags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        Ok(self.row(ctx).await?.hashtags.0.clone())
    }

    /// Joined to the text where the text does not hold it.
    async fn link_url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        Ok(Url::from_stored(self.row(ctx).await?.link_url.as_deref()))
    }

    /// What kind of post it is.
    async fn template_type(&self, ctx: &Context<'_>) -> Result<Option<TemplateType>> {
        Ok(self.row(ctx).await?.template_type)
    }

    /// The campaign that it belongs to.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Option<Campaign>> {
        let Some(id) = self.row(ctx).await?.campaign_id else { return Ok(None) };
        Ok(self.loaders(ctx)?.campaign(self.workspace_id, id).await?.map(Campaign))
    }

    /// How the all-or-nothing publication goes; null for BEST_EFFORT, and before it is scheduled or published.
    async fn saga(&self, ctx: &Context<'_>) -> Result<Option<Saga>> {
        let row = self.loaders(ctx)?.saga_of_post(self.workspace_id, self.id).await?;
        Ok(row.map(|row| Saga { row, loaders: self.loaders.clone() }))
    }

    /// What people did with it since it was published; null until a network was asked.
    async fn metrics(&self, ctx: &Context<'_>) -> Result<Option<PostMetrics>> {
        let loaders = self.loaders(ctx)?;
        let measured = PostMeasurements::load(loaders, ctx.look_ahead(), self.workspace_id, self.id).await?;
        Ok(measured.of_post())
    }

    /// The same by network: one entry for each that it is for, in the order in which the accounts were chosen.
    #[graphql(directive = list_size::apply(3))]
    async fn metrics_by_platform(&self, ctx: &Context<'_>) -> Result<Vec<PlatformMetrics>> {
        let (loaders, metrics) = (self.loaders(ctx)?, ctx.look_ahead().field("metrics"));
        let (publications, measured) = futures_util::try_join!(
            loaders.targets_with_accounts_of_post(self.workspace_id, self.id),
            PostMeasurements::load(loaders, metrics, self.workspace_id, self.id),
        )?;
        Ok(measured.by_platform(&publications))
    }

    /// When it was first stored.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(self.row(ctx).await?.created_at.into())
    }

    /// When it or its status last changed.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(self.row(ctx).await?.updated_at.into())
    }
}
