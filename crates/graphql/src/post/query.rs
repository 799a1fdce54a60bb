//! Queries about posts.

use super::input::CreatePostInput;
use super::object::Post;
use super::validation::PostValidation;
use crate::connection::{Keyed, PageArgs, Total, connection};
use crate::request::{ContextExt as _, settle, top_level};
use crate::scalars::{DateTime, GlobalId as _};
use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, PostId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::PostStatus;
use fanfare_query_limits::directives::field_cost;
use fanfare_services::{ServiceError, ServiceResult};
use fanfare_storage::page::{self, Order};
use fanfare_storage::rows;
use std::sync::Arc;

connection!(PostConnection, PostEdge, Post, "posts");

impl Keyed for rows::Post {
    fn key(&self) -> (Timestamp, i64) {
        (self.created_at, self.id.0)
    }
}

/// Which posts; everything that is given has to fit.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PostFilter {
    /// In one of these states.
    pub statuses: Option<Vec<PostStatus>>,
    /// With a target on this account.
    pub account_id: Option<ID>,
    /// With a target on this network.
    pub platform: Option<Platform>,
    /// In this campaign.
    pub campaign_id: Option<ID>,
    /// With this in their text; at most 200 characters.
    pub text: Option<String>,
    /// Planned for this time or later.
    pub scheduled_from: Option<DateTime>,
    /// Planned for a time before this.
    pub scheduled_to: Option<DateTime>,
}

impl PostFilter {
    fn read(self) -> ServiceResult<page::PostFilter> {
        Ok(page::PostFilter {
            statuses: self.statuses,
            account_id: self.account_id.map(|id| AccountId::parse(&id, "filter.accountId")).transpose()?,
            platform: self.platform,
            campaign_id: self
                .campaign_id
                .map(|id| CampaignId::parse(&id, "filter.campaignId"))
                .transpose()?,
            text: self.text.filter(|text| !text.is_empty()),
            scheduled_from: self.scheduled_from.map(|at| at.0),
            scheduled_to: self.scheduled_to.map(|at| at.0),
        })
    }
}

/// The order of posts, by the time of their creation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum PostOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

impl From<PostOrder> for Order {
    fn from(order: PostOrder) -> Self {
        match order {
            PostOrder::NewestFirst => Self::NewestFirst,
            PostOrder::OldestFirst => Self::OldestFirst,
        }
    }
}

/// See the file.
#[derive(Default)]
pub struct PostQuery;

#[Object]
impl PostQuery {
    /// A post; null if it is in none of your workspaces.
    async fn post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The post's id.")] id: ID,
    ) -> Result<Option<Post>> {
        let id = PostId::parse(&id, "id").map_err(|error| top_level(error.into()))?;
        match ctx.services()?.workspace_of_post(ctx.actor()?, id).await {
            Ok(workspace) => Ok(ctx.loaders()?.post(workspace, id).await?.map(Post::from)),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(top_level(error)),
        }
    }

    /// A workspace's posts. Any member may read them.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a list")]
    async fn posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Which posts; absent: all.")] filter: Option<PostFilter>,
        #[graphql(desc = "The order; the newest first by default.")] order_by: Option<PostOrder>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Items to leave out, 0 to 10,000; cursors are faster and reach further.")]
        offset: Option<i32>,
    ) -> Result<PostConnection> {
        let page = PageArgs { first, after, last, before, offset };
        let order = order_by.unwrap_or_default().into();
        list(ctx, workspace_id, filter.unwrap_or_default(), order, &page).await.map_err(top_level)
    }

    /// How a post would fare on each of its accounts: what the networks would refuse, and what the server would. Stores
    /// nothing, asks no network.
    #[graphql(directive = field_cost::apply(10))]
    async fn validate_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The post as it would be created.")] input: CreatePostInput,
    ) -> Result<PostValidation> {
        let outcome = ctx.services()?.validate_post(ctx.actor()?, input.read()).await;
        let (targets, user_errors) = settle(outcome)?;
        Ok(PostValidation { targets: targets.unwrap_or_default(), user_errors })
    }
}

async fn list(
    ctx: &Context<'_>,
    workspace_id: Option<ID>,
    filter: PostFilter,
    order: Order,
    page: &PageArgs,
) -> ServiceResult<PostConnection> {
    let internal = |error: async_graphql::Error| ServiceError::Internal(anyhow::anyhow!(error.message));
    let services = Arc::clone(ctx.services().map_err(internal)?);
    let actor = ctx.actor().map_err(|_| ServiceError::Unauthenticated)?.clone();
    let workspace = match workspace_id {
        Some(id) => WorkspaceId::parse(&id, "workspaceId")?,
        None => actor.default_workspace,
    };
    let (filter, window, fresh) = (filter.read()?, page.window()?, ctx.fresh().map_err(internal)?);
    let rows = services.list_posts(&actor, workspace, &filter, order, &window, fresh).await?;
    let total = Total::new(move || {
        let (services, actor, filter) = (Arc::clone(&services), actor.clone(), filter.clone());
        Box::pin(async move { services.count_posts(&actor, workspace, &filter, fresh).await })
    });
    Ok(PostConnection::new(rows, &window, total, Post::from))
}
