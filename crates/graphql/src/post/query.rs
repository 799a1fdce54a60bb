//! Queries about posts.

use super::input::CreatePostInput;
use super::object::Post;
use super::text_price::BYTES_A_POINT;
use super::validation::PostValidation;
use crate::connection::{Edge as _, Key, Keyed, PageArgs, connection};
use crate::request::{ContextExt as _, Loaders, each_once, row_of, settle, top_level};
use crate::scalars::{DateTime, GlobalId as _};
use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, PostId, UserId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::PostStatus;
use fanfare_query_limits::directives::{field_cost, text_cost};
use fanfare_services::post::{self as rows, PostFilter as RowFilter, PostTime};
use fanfare_services::{Order, ServiceError, ServiceResult};

connection!(PostConnection, PostEdge, Post, "posts");

impl PostEdge {
    /// The edge that a post has in `posts` in the default order; `NOT_FOUND` where the workspace has no such post.
    pub async fn load(loaders: &Loaders, workspace: WorkspaceId, id: PostId) -> Result<Self> {
        let row = loaders.post(workspace, id).await?.ok_or_else(|| top_level(ServiceError::NotFound))?;
        Ok(Self::new(row.position(), Post::new(row)))
    }
}

impl Keyed for rows::Post {
    fn key(&self) -> (Timestamp, i64) {
        (self.created_at, self.id.0)
    }
}

impl Keyed for rows::ListedPost {
    fn key(&self) -> (Timestamp, i64) {
        self.row.key()
    }

    fn position(&self) -> Key {
        Key::new(self.by.name(), self.time(), self.row.id.0)
    }
}

/// Which posts; everything that is given must fit.
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
    #[graphql(directive = field_cost::apply(50))]
    pub text: Option<String>,
    /// Planned for this time or later.
    pub scheduled_from: Option<DateTime>,
    /// Planned for a time before this.
    pub scheduled_to: Option<DateTime>,
    /// By this user.
    pub author_id: Option<ID>,
    /// Created at this time or later.
    pub created_from: Option<DateTime>,
    /// Created before this time.
    pub created_to: Option<DateTime>,
    /// First published at this time or later.
    pub published_from: Option<DateTime>,
    /// First published before this time.
    pub published_to: Option<DateTime>,
}

impl PostFilter {
    fn read(self) -> ServiceResult<RowFilter> {
        Ok(RowFilter {
            statuses: each_once(self.statuses),
            account_id: self.account_id.map(|id| AccountId::parse(&id, "filter.accountId")).transpose()?,
            platform: self.platform,
            campaign_id: self
                .campaign_id
                .map(|id| CampaignId::parse(&id, "filter.campaignId"))
                .transpose()?,
            text: self.text.filter(|text| !text.is_empty()),
            scheduled_from: self.scheduled_from.map(|at| at.0),
            scheduled_to: self.scheduled_to.map(|at| at.0),
            author_id: self.author_id.map(|id| UserId::parse(&id, "filter.authorId")).transpose()?,
            created_from: self.created_from.map(|at| at.0),
            created_to: self.created_to.map(|at| at.0),
            published_from: self.published_from.map(|at| at.0),
            published_to: self.published_to.map(|at| at.0),
        })
    }
}

/// The order of posts. Posts at the same time are ordered by their ids; those without the time come last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum PostOrder {
    /// By the time of their creation, the newest first.
    #[default]
    NewestFirst,
    /// By the time of their creation, the oldest first.
    OldestFirst,
    /// By the time for which they are planned, the latest first; drafts last.
    ScheduledLatestFirst,
    /// By the time for which they are planned, the earliest first; drafts last.
    ScheduledEarliestFirst,
    /// By the time at which they were first published, the latest first; unpublished posts last.
    PublishedLatestFirst,
    /// By the time at which they were first published, the earliest first; unpublished posts last.
    PublishedEarliestFirst,
}

impl From<PostOrder> for rows::PostOrder {
    fn from(order: PostOrder) -> Self {
        let (by, direction) = match order {
            PostOrder::NewestFirst => (PostTime::Created, Order::NewestFirst),
            PostOrder::OldestFirst => (PostTime::Created, Order::OldestFirst),
            PostOrder::ScheduledLatestFirst => (PostTime::Scheduled, Order::NewestFirst),
            PostOrder::ScheduledEarliestFirst => (PostTime::Scheduled, Order::OldestFirst),
            PostOrder::PublishedLatestFirst => (PostTime::Published, Order::NewestFirst),
            PostOrder::PublishedEarliestFirst => (PostTime::Published, Order::OldestFirst),
        };
        Self { by, direction }
    }
}

/// Part of `Query`: posts.
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
        let Some((workspace, id)) = row_of::<PostId>(ctx, &id, "id").await? else { return Ok(None) };
        Ok(ctx.loaders()?.post(workspace, id).await?.map(Post::new))
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
        posts_of(ctx, ctx.workspace(workspace_id.as_ref())?, filter, order_by, &page).await
    }

    /// How a post would fare on each of its accounts: what the networks would refuse, and what the server would. Stores
    /// nothing, asks no network.
    #[graphql(directive = field_cost::apply(10), directive = text_cost::apply(BYTES_A_POINT))]
    async fn validate_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The post as it would be created.")] input: CreatePostInput,
    ) -> Result<PostValidation> {
        let posts = ctx.services()?.posts();
        let outcome = Box::pin(posts.validate(ctx.actor()?, input.read())).await;
        let (targets, user_errors) = settle(outcome)?;
        Ok(PostValidation { targets: targets.unwrap_or_default(), user_errors })
    }
}

/// The posts of a workspace.
pub async fn posts_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    filter: Option<PostFilter>,
    order: Option<PostOrder>,
    page: &PageArgs,
) -> Result<PostConnection> {
    let filter = filter.unwrap_or_default().read().map_err(top_level)?;
    let query = ctx.query_in(workspace, (filter, order.unwrap_or_default().into()))?;
    PostConnection::of(ctx.services()?.posts().list(query), page, Post::new).await
}
