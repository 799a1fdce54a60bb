//! Campaigns.

use crate::context::{Freshness, Keyed, MutationKey, Read};
use crate::{ServiceError, ServiceResult, Services, uncancelled};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::campaign::{CampaignChanges, CampaignDetails};
use fanfare_domain::event::{EventActor, Seq};
use fanfare_domain::id::{CampaignId, WorkspaceId};
use fanfare_domain::noun::Noun;
use fanfare_storage::page::{CampaignFilter, Window};
use fanfare_storage::rows::{Campaign, NewCampaign};
use std::sync::Arc;

impl Services {
    /// Stores a campaign, which begins active.
    pub async fn create_campaign(
        self: &Arc<Self>,
        actor: &Actor,
        workspace: WorkspaceId,
        mut details: CampaignDetails,
        key: Option<MutationKey>,
    ) -> ServiceResult<(Campaign, Seq)> {
        self.authorize(actor, workspace, Action::WriteCampaigns).await?;
        let now = self.clock.now();
        let key = match self.look_up_key(key, workspace, actor.user_id, now).await? {
            Keyed::Replay(first) => return self.first_campaign(workspace, &first).await,
            Keyed::Run(key) => key,
        };
        details.trim();
        let errors = details.check();
        if !errors.is_empty() {
            return Err(ServiceError::User(errors));
        }
        let new = NewCampaign { workspace_id: workspace, created_by: actor.user_id, details };
        let services = Arc::clone(self);
        let by = EventActor::from(actor);
        uncancelled(async move {
            let (campaign, seq) = services.db.campaigns().create(new, by, key, now).await?;
            services.hub.committed(workspace, seq);
            Ok((campaign, seq))
        })
        .await
    }

    async fn first_campaign(
        &self,
        workspace: WorkspaceId,
        first: &serde_json::Value,
    ) -> ServiceResult<(Campaign, Seq)> {
        let id = first.get("campaign_id").and_then(serde_json::Value::as_i64).map(CampaignId);
        let found = self.db.campaigns().by_ids(workspace, id.as_slice()).await?.pop();
        let seq = self.db.events().last_seq(workspace).await?;
        Ok((found.ok_or(ServiceError::NotFound)?, seq))
    }

    /// Changes a campaign. Pausing it holds its scheduled posts; letting it go on schedules again those whose time is
    /// ahead.
    pub async fn update_campaign(
        self: &Arc<Self>,
        actor: &Actor,
        id: CampaignId,
        changes: CampaignChanges,
    ) -> ServiceResult<(Campaign, Seq)> {
        let workspace = self.workspace_of_campaign(actor, id).await?;
        self.authorize(actor, workspace, Action::WriteCampaigns).await?;
        // It decides whether posts go out.
        if !changes.status.is_keep() {
            self.authorize(actor, workspace, Action::PublishPosts).await?;
        }
        let (by, now, services) = (EventActor::from(actor), self.clock.now(), Arc::clone(self));
        uncancelled(async move {
            let (campaign, seq) = services.db.campaigns().update(workspace, id, changes, by, now).await?;
            services.hub.committed(workspace, seq);
            Ok((campaign, seq))
        })
        .await
    }

    /// Deletes a campaign; its posts stay as they are, without one.
    pub async fn delete_campaign(self: &Arc<Self>, actor: &Actor, id: CampaignId) -> ServiceResult<Seq> {
        let workspace = self.workspace_of_campaign(actor, id).await?;
        self.authorize(actor, workspace, Action::WriteCampaigns).await?;
        let (by, now, services) = (EventActor::from(actor), self.clock.now(), Arc::clone(self));
        uncancelled(async move {
            let seq = services.db.campaigns().delete(workspace, id, by, now).await?;
            services.hub.committed(workspace, seq);
            Ok(seq)
        })
        .await
    }

    /// A window of the campaigns, newest first.
    pub async fn campaigns(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &CampaignFilter,
        window: &Window,
        fresh: Freshness,
    ) -> ServiceResult<Vec<Campaign>> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let question = &(filter, window);
        let read = Read { workspace, fresh, about: &[Noun::Campaigns], name: "campaigns.page", question };
        let page = async { self.db.campaigns().page(workspace, filter, window).await };
        Ok(Arc::unwrap_or_clone(self.cached(read, page).await?))
    }

    /// How many campaigns a filter finds.
    pub async fn count_campaigns(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &CampaignFilter,
        fresh: Freshness,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let read =
            Read { workspace, fresh, about: &[Noun::Campaigns], name: "campaigns.count", question: filter };
        let count = async { self.db.campaigns().count(workspace, filter).await };
        Ok(*self.cached(read, count).await?)
    }
}
