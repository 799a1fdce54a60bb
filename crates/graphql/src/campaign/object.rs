//! Campaigns as clients see them.

use super::metrics::CampaignMetrics;
use crate::connection::{Keyed, PageArgs, connection};
use crate::person::User;
use crate::post::{Post, PostConnection, posts_of_campaign};
use crate::request::{ContextExt as _, each_once, row_of};
use crate::scalars::{BigInt, Date, DateTime, Decimal, GlobalId as _};
use crate::workspace::Workspace;
use async_graphql::{Context, ID, InputObject, Object, Result};
use fanfare_domain::campaign::CampaignStatus;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{CampaignId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_query_limits::directives::list_size;
use fanfare_services::campaign::{self as rows, CampaignFilter as RowFilter};
use std::sync::Arc;

/// Posts that belong together, for a time.
#[derive(Clone)]
pub struct Campaign(pub Arc<rows::Campaign>);

/// Posts that belong together, for a time.
#[Object(crate = "crate::execution")]
impl Campaign {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The row's number, which REST and exports show.
    async fn database_id(&self) -> BigInt {
        BigInt(self.0.id.0)
    }

    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        Workspace::of(ctx, self.0.workspace_id).await
    }

    /// 1 to 100 characters.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// At most 2,000 characters.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Whether its posts go out.
    async fn status(&self) -> CampaignStatus {
        self.0.status
    }

    /// The networks that it is meant for; empty: every network. A note for people: posts choose their own accounts.
    async fn target_platforms(&self) -> Vec<Platform> {
        self.0.platforms()
    }

    /// Its first day, in the workspace's time zone.
    async fn start_date(&self) -> Date {
        Date(self.0.start_date)
    }

    /// Its last day, in the workspace's time zone.
    async fn end_date(&self) -> Date {
        Date(self.0.end_date)
    }

    /// 0 to 1,000,000,000,000.00 in the currency that the team reckons in. A note for people: nothing is spent.
    async fn budget(&self) -> Option<Decimal> {
        self.0.budget().map(Decimal)
    }

    /// How many posts it has, in every state.
    async fn post_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = ctx.loaders()?.post_count_of_campaign(self.0.workspace_id, self.0.id).await?;
        Ok(count.and_then(|count| i32::try_from(count).ok()).unwrap_or_default())
    }

    /// Its posts, the newest first.
    async fn posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100. Defaults to 20.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<PostConnection> {
        let page = PageArgs { first, after, last, before, offset: None };
        Box::pin(posts_of_campaign(ctx, self.0.workspace_id, self.0.id, &page)).await
    }

    /// Its newest posts, the newest first; at most 100.
    #[graphql(directive = list_size::apply(20))]
    async fn newest_posts(&self, ctx: &Context<'_>) -> Result<Vec<Post>> {
        let rows = ctx.loaders()?.newest_posts_of_campaign(self.0.workspace_id, self.0.id).await?;
        Ok(rows.into_iter().map(Post::new).collect())
    }

    /// What people did with all its posts; null until a network was asked.
    async fn metrics(&self, ctx: &Context<'_>) -> Result<Option<CampaignMetrics>> {
        let measured = ctx.loaders()?.metrics_of_campaign(self.0.workspace_id, self.0.id).await?;
        Ok(measured.map(|(numbers, at)| CampaignMetrics::new(&numbers, at)))
    }

    /// Posts that are held though their time has passed, the earliest first: publish, reschedule or cancel each. At
    /// most 1,000 in one answer.
    #[graphql(directive = list_size::apply(3))]
    async fn overdue_posts(&self, ctx: &Context<'_>) -> Result<Vec<Post>> {
        let now = ctx.services()?.clock().now();
        let rows = ctx.loaders()?.overdue_of_campaign(self.0.workspace_id, (self.0.id, now)).await?;
        Ok(rows.into_iter().map(Post::new).collect())
    }

    /// Who made it; null if they have left the workspace.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(id) = self.0.created_by else { return Ok(None) };
        Ok(ctx.loaders()?.user(self.0.workspace_id, id).await?.map(User))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    /// Rises with each change of the campaign, from 1; `expectedRevision` of an update.
    async fn revision(&self) -> i32 {
        self.0.revision
    }
}

connection!(CampaignConnection, CampaignEdge, Campaign, "campaigns");

impl Keyed for rows::Campaign {
    fn key(&self) -> (Timestamp, i64) {
        (self.created_at, self.id.0)
    }
}

/// The campaign that an argument or an input names as `id`; `None` if it is in none of the caller's workspaces.
pub async fn campaign_of(ctx: &Context<'_>, id: &ID) -> Result<Option<Campaign>> {
    let Some((workspace, id)) = row_of::<CampaignId>(ctx, id, "id").await? else { return Ok(None) };
    Ok(ctx.loaders()?.campaign(workspace, id).await?.map(Campaign))
}

/// Which campaigns.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CampaignFilter {
    /// In one of these states; absent: in any.
    pub statuses: Option<Vec<CampaignStatus>>,
}

/// Part of `Query`: campaigns.
#[derive(Default)]
pub struct CampaignQuery;

#[Object]
impl CampaignQuery {
    /// A campaign; null if it is in none of your workspaces.
    async fn campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The campaign's id.")] id: ID,
    ) -> Result<Option<Campaign>> {
        campaign_of(ctx, &id).await
    }

    /// The campaigns of a workspace, the newest first. Any member may read them.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn campaigns(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Which campaigns; absent: all.")] filter: Option<CampaignFilter>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Items to pass over, 0 to 10,000.")] offset: Option<i32>,
    ) -> Result<CampaignConnection> {
        let page = PageArgs { first, after, last, before, offset };
        campaigns_of(ctx, ctx.workspace(workspace_id.as_ref())?, filter, &page).await
    }
}

/// The campaigns of a workspace, the newest first.
pub async fn campaigns_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    filter: Option<CampaignFilter>,
    page: &PageArgs,
) -> Result<CampaignConnection> {
    let filter = RowFilter { statuses: each_once(filter.unwrap_or_default().statuses) };
    let query = ctx.query_in(workspace, filter)?;
    CampaignConnection::of(ctx.services()?.campaigns().list(query), page, Campaign).await
}
