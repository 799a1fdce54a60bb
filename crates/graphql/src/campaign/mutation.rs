//! What can be done with campaigns.

use super::object::{Campaign, CampaignEdge, campaign_of};
use crate::connection::Edge as _;
use crate::request::{
    ContextExt as _, UserError, committed, faultless, is_conflict, list, mutation_key, optional, required,
    workspace_of_input,
};
use crate::scalars::{Date, Decimal, GlobalId as _};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use fanfare_domain::campaign::{CampaignDetails, CampaignPatch, CampaignStatus};
use fanfare_domain::id::CampaignId;
use fanfare_domain::platform::Platform;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_services::ServiceResult;
use std::sync::Arc;

/// A campaign to be created.
#[derive(Clone, Debug, InputObject)]
pub struct CreateCampaignInput {
    /// Where; absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// 1 to 100 characters on one line, white space around it cut off.
    pub name: String,
    /// At most 2,000 characters.
    pub description: Option<String>,
    /// The networks that it is meant for; absent or empty: every network.
    pub target_platforms: Option<Vec<Platform>>,
    /// Its first day, in the workspace's time zone.
    pub start_date: Date,
    /// Its last day; not before the first.
    pub end_date: Date,
    /// 0 to 1,000,000,000,000.00 in the currency that the team reckons in.
    pub budget: Option<Decimal>,
    /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// Fields to update of a campaign. Fields that are left out stay as they are; null clears description, targetPlatforms and
/// budget, and is refused elsewhere.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateCampaignInput {
    /// The campaign.
    pub id: ID,
    /// 1 to 100 characters on one line.
    pub name: MaybeUndefined<String>,
    /// At most 2,000 characters.
    pub description: MaybeUndefined<String>,
    /// The networks that it is meant for from now on; empty or null: every network.
    pub target_platforms: MaybeUndefined<Vec<Platform>>,
    /// Its first day, in the workspace's time zone.
    pub start_date: MaybeUndefined<Date>,
    /// Its last day; not before the first.
    pub end_date: MaybeUndefined<Date>,
    /// 0 to 1,000,000,000,000.00 in the currency that the team reckons in.
    pub budget: MaybeUndefined<Decimal>,
    /// PAUSED holds its scheduled posts. ACTIVE schedules those held posts again whose time is ahead; the others stay
    /// held and are its overduePosts. COMPLETED leaves the posts as they are.
    pub status: MaybeUndefined<CampaignStatus>,
    /// The revision that the change was written for: CONFLICT if the campaign has another one. Defaults to any.
    pub expected_revision: Option<i32>,
}

/// Which campaign to delete.
#[derive(Clone, Debug, InputObject)]
pub struct DeleteCampaignInput {
    /// The campaign.
    pub id: ID,
}

/// What createCampaign answers.
#[derive(SimpleObject)]
pub struct CreateCampaignPayload {
    /// The campaign; null where userErrors is not empty.
    pub campaign: Option<Campaign>,
    /// The campaign as an edge of `campaigns` in the default order. Null if there are user errors.
    pub campaign_edge: Option<CampaignEdge>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

/// What updateCampaign answers.
#[derive(SimpleObject)]
pub struct UpdateCampaignPayload {
    /// The updated campaign; on CONFLICT the campaign as it is now. Null with other errors.
    pub campaign: Option<Campaign>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

/// What deleteCampaign answers.
#[derive(SimpleObject)]
pub struct DeleteCampaignPayload {
    /// The id of the campaign that is no more; null where userErrors is not empty.
    pub deleted_id: Option<ID>,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

impl CreateCampaignInput {
    fn read(self) -> CampaignDetails {
        CampaignDetails {
            name: self.name,
            description: self.description,
            target_platforms: self.target_platforms.unwrap_or_default(),
            start_date: self.start_date.0,
            end_date: self.end_date.0,
            budget: self.budget.map(|budget| budget.0),
        }
    }
}

impl UpdateCampaignInput {
    fn read(self) -> ServiceResult<CampaignPatch> {
        let mut errors = Vec::new();
        let patch = CampaignPatch {
            name: required(self.name, "name", &mut errors),
            description: optional(self.description, |text| text),
            target_platforms: list(self.target_platforms, |platforms| platforms),
            start_date: required(self.start_date, "startDate", &mut errors).map(|date| date.0),
            end_date: required(self.end_date, "endDate", &mut errors).map(|date| date.0),
            budget: optional(self.budget, |budget| budget.0),
            status: required(self.status, "status", &mut errors),
        };
        faultless(patch, errors)
    }
}

/// Part of `Mutation`: campaigns.
#[derive(Default)]
pub struct CampaignMutation;

#[Object]
impl CampaignMutation {
    /// Creates a campaign, which begins active. Needs the role EDITOR.
    async fn create_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called, and when it is.")] input: CreateCampaignInput,
    ) -> Result<CreateCampaignPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "createCampaign", input.client_mutation_key.as_ref(), &input)?;
        let outcome = async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            services.campaigns().create(actor, workspace, input.read(), key).await
        };
        let (campaign, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        let (campaign, campaign_edge) = CampaignEdge::created(campaign.map(Arc::new), Campaign);
        Ok(CreateCampaignPayload { campaign, campaign_edge, user_errors })
    }

    /// Changes a campaign; by its status it is paused, resumed or completed. Needs the role EDITOR.
    async fn update_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which campaign, and what changes.")] input: UpdateCampaignInput,
    ) -> Result<UpdateCampaignPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let named = input.id.clone();
        let outcome = async {
            let id = CampaignId::parse(&input.id, "id")?;
            let expected = ExpectedRevision(input.expected_revision);
            services.campaigns().update(actor, id, expected, input.read()?).await
        };
        let (campaign, user_errors) = committed(ctx, Box::pin(outcome).await)?;
        let campaign = match campaign {
            None if is_conflict(&user_errors) => campaign_of(ctx, &named).await?,
            campaign => campaign.map(Arc::new).map(Campaign),
        };
        Ok(UpdateCampaignPayload { campaign, user_errors })
    }

    /// Deletes a campaign. Its posts stay, without a campaign: those that are scheduled go out, those that are held
    /// stay held. Needs the role EDITOR.
    async fn delete_campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which campaign.")] input: DeleteCampaignInput,
    ) -> Result<DeleteCampaignPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let outcome = match CampaignId::parse(&input.id, "id") {
            Ok(id) => Box::pin(services.campaigns().delete(actor, id)).await,
            Err(error) => Err(error.into()),
        };
        let (done, user_errors) = committed(ctx, outcome)?;
        Ok(DeleteCampaignPayload { deleted_id: done.map(|()| input.id), user_errors })
    }
}
