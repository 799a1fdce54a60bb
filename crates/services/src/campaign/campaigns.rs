//! Campaigns.

use crate::context::{
    Committed, Context, FirstResult, List, Listed, MutationKey, Query, ServiceError, ServiceResult, Window,
    refuse, shared,
};
use crate::place::Places;
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::campaign::{CampaignDetails, CampaignPatch, CampaignStatus};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{CampaignId, WorkspaceId};
use fanfare_domain::metrics::PostNumbers;
use fanfare_domain::noun::Noun;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_storage::page::CampaignFilter;
use fanfare_storage::rows::{Campaign, NewCampaign, Post};
use std::sync::Arc;

/// Posts that a campaign shows at once.
const NEWEST_POSTS: i64 = 100;

/// The service of campaigns.
#[derive(Clone)]
pub struct Campaigns {
    context: Arc<Context>,
    places: Places,
}

impl Campaigns {
    pub(crate) fn new(context: &Arc<Context>, places: &Places) -> Self {
        Self { context: Arc::clone(context), places: places.clone() }
    }

    /// Stores a campaign, which begins active.
    pub async fn create(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        mut details: CampaignDetails,
        key: Option<MutationKey>,
    ) -> ServiceResult<Committed<Campaign>> {
        self.context.authorize(actor, workspace, Action::WriteCampaigns).await?;
        let (by, again) = (EventActor::from(actor), |first| self.first(workspace, first));
        let first = |key| async move {
            details.trim();
            refuse(details.check())?;
            let new = NewCampaign { workspace_id: workspace, created_by: actor.user_id, details };
            let create = |context: Arc<Context>| async move {
                context.db.campaigns().create(new, by, key, context.clock.now()).await
            };
            self.context.command(workspace, create).await
        };
        self.context.idempotent(key, (workspace, actor.user_id), again, first).await
    }

    async fn first(&self, workspace: WorkspaceId, first: FirstResult) -> ServiceResult<Campaign> {
        let id = CampaignId(first.row("campaign_id")?);
        let found = self.context.db.campaigns().by_ids(workspace, &[id]).await?.pop();
        found.ok_or(ServiceError::NotFound)
    }

    /// Changes a campaign of the expected revision. Pausing it holds its scheduled posts; resuming it schedules again those
    /// whose time is ahead.
    pub async fn update(
        &self,
        actor: &Actor,
        id: CampaignId,
        expected: ExpectedRevision,
        patch: CampaignPatch,
    ) -> ServiceResult<Committed<Campaign>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::WriteCampaigns).await?;
        // It decides whether posts go out.
        if !patch.status.is_keep() {
            self.context.authorize(actor, workspace, Action::PublishPosts).await?;
        }
        let by = EventActor::from(actor);
        let update = |context: Arc<Context>| async move {
            context.db.campaigns().update(workspace, id, expected, patch, by, context.clock.now()).await
        };
        self.context.command(workspace, update).await
    }

    /// Deletes a campaign; its posts stay as they are, without one. A paused one is deleted by those only who may
    /// publish.
    pub async fn delete(&self, actor: &Actor, id: CampaignId) -> ServiceResult<Committed<()>> {
        let workspace = self.places.workspace_of(actor, id).await?;
        self.context.authorize(actor, workspace, Action::WriteCampaigns).await?;
        // A pause holds posts back; with the campaign the pause goes, too.
        let found = self.context.db.campaigns().by_ids(workspace, &[id]).await?.pop();
        if found.ok_or(ServiceError::NotFound)?.status == CampaignStatus::Paused {
            self.context.authorize(actor, workspace, Action::PublishPosts).await?;
        }
        let by = EventActor::from(actor);
        let delete = |context: Arc<Context>| async move {
            context.db.campaigns().delete(workspace, id, by, context.clock.now()).await
        };
        self.context.command(workspace, delete).await
    }

    /// The campaigns of a workspace, newest first.
    pub fn list(&self, query: Query<CampaignFilter>) -> Listed<Self, CampaignFilter> {
        Listed { service: self.clone(), query }
    }

    /// Campaigns by id, for those who may read the workspace.
    pub async fn by_ids(&self, workspace: WorkspaceId, ids: &[CampaignId]) -> ServiceResult<Vec<Campaign>> {
        Ok(self.context.db.campaigns().by_ids(workspace, ids).await?)
    }

    /// How many posts each campaign has; those without a post are left out.
    pub async fn post_counts(
        &self,
        workspace: WorkspaceId,
        ids: &[CampaignId],
    ) -> ServiceResult<Vec<(CampaignId, i64)>> {
        Ok(self.context.db.campaigns().post_counts(workspace, ids).await?)
    }

    /// The newest posts of each campaign, at most 100 of each, the newest first.
    pub async fn newest_posts(&self, workspace: WorkspaceId, ids: &[CampaignId]) -> ServiceResult<Vec<Post>> {
        Ok(self.context.db.campaigns().newest_posts(workspace, ids, NEWEST_POSTS).await?)
    }

    /// What people did with the posts of each campaign, and when a platform was last asked; those that were never
    /// measured are left out.
    pub async fn metrics(
        &self,
        workspace: WorkspaceId,
        ids: &[CampaignId],
    ) -> ServiceResult<Vec<(CampaignId, PostNumbers, Timestamp)>> {
        Ok(self.context.db.analytics().of_campaigns(workspace, ids).await?)
    }
}

impl List for Listed<Campaigns, CampaignFilter> {
    type Row = Arc<Campaign>;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Arc<Campaign>>> {
        let (context, query) = (&self.service.context, &self.query);
        let page = shared(context.db.campaigns().page(query.workspace, &query.filter, window));
        context.listed(query, (&[Noun::Campaigns], "campaigns.page"), &(&query.filter, window), page).await
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        let count = context.db.campaigns().count(query.workspace, &query.filter);
        context.listed(query, (&[Noun::Campaigns], "campaigns.count"), &query.filter, count).await
    }
}
