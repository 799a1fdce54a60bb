//! Queries about messages.

use super::object::InboxMessage;
use crate::connection::{Keyed, PageArgs, connection};
use crate::request::{ContextExt as _, each_once, row_of, top_level};
use crate::scalars::GlobalId as _;
use async_graphql::{Context, ID, InputObject, Object, Result};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, InboxMessageId, PostId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessageType, InboxStatus};
use fanfare_domain::platform::Platform;
use fanfare_query_limits::directives::field_cost;
use fanfare_services::inbox::{self as rows, InboxFilter};
use fanfare_services::{List as _, Order, ServiceResult};
use std::sync::Arc;

connection!(InboxMessageConnection, InboxMessageEdge, InboxMessage, "messages");

impl Keyed for rows::InboxMessage {
    fn key(&self) -> (Timestamp, i64) {
        (self.received_at, self.id.0)
    }
}

/// Which messages; everything that is given must fit.
#[derive(Clone, Debug, Default, InputObject)]
pub struct InboxMessageFilter {
    /// In one of these states.
    pub statuses: Option<Vec<InboxStatus>>,
    /// Said in one of these ways.
    pub types: Option<Vec<InboxMessageType>>,
    /// To accounts of this network.
    pub platform: Option<Platform>,
    /// To this account.
    pub account_id: Option<ID>,
    /// Under this post.
    pub post_id: Option<ID>,
    /// By someone whose name or handle has this in it; at most 200 characters.
    #[graphql(directive = field_cost::apply(50))]
    pub sender: Option<String>,
    /// With this in their text; at most 200 characters.
    #[graphql(directive = field_cost::apply(50))]
    pub query: Option<String>,
}

impl InboxMessageFilter {
    fn read(self) -> ServiceResult<InboxFilter> {
        Ok(InboxFilter {
            statuses: each_once(self.statuses),
            kinds: each_once(self.types),
            platform: self.platform,
            account_id: self.account_id.map(|id| AccountId::parse(&id, "filter.accountId")).transpose()?,
            post_id: self.post_id.map(|id| PostId::parse(&id, "filter.postId")).transpose()?,
            sender: self.sender.filter(|text| !text.is_empty()),
            text: self.query.filter(|text| !text.is_empty()),
            thread_key: None,
        })
    }
}

/// Part of `Query`: messages to the accounts.
#[derive(Default)]
pub struct InboxQuery;

#[Object]
impl InboxQuery {
    /// A message; null if it is in none of your workspaces.
    async fn inbox_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message's id.")] id: ID,
    ) -> Result<Option<InboxMessage>> {
        Ok(find(ctx, &id, "id").await?.map(InboxMessage))
    }

    /// What people said to the accounts of a workspace, the newest first by the networks' clocks.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn inbox_messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Which messages; absent: all.")] filter: Option<InboxMessageFilter>,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Items to pass over, 0 to 10,000.")] offset: Option<i32>,
    ) -> Result<InboxMessageConnection> {
        let page = PageArgs { first, after, last, before, offset };
        inbox_of(ctx, ctx.workspace(workspace_id.as_ref())?, filter, &page).await
    }

    /// The conversation that a message belongs to, the oldest first; null if the message is in none of your workspaces.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn inbox_thread(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A message of the conversation.")] message_id: ID,
        #[graphql(desc = "Items from the start, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only items behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Items to pass over, 0 to 10,000.")] offset: Option<i32>,
    ) -> Result<Option<InboxMessageConnection>> {
        let Some(message) = find(ctx, &message_id, "messageId").await? else { return Ok(None) };
        let filter = InboxFilter {
            account_id: Some(message.account_id),
            thread_key: Some(message.thread_key.clone()),
            ..InboxFilter::default()
        };
        let query = ctx.query_in(message.workspace_id, (filter, Order::OldestFirst))?;
        let page = PageArgs { first, after, last, before, offset };
        InboxMessageConnection::of(ctx.services()?.inbox().list(query), &page, InboxMessage).await.map(Some)
    }

    /// How many messages nobody has looked at yet.
    async fn inbox_unread_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default workspace.")] workspace_id: Option<ID>,
        #[graphql(desc = "Only messages to this account.")] account_id: Option<ID>,
    ) -> Result<i32> {
        let account = account_id.map(|id| AccountId::parse(&id, "accountId")).transpose();
        let filter = InboxFilter {
            statuses: Some(vec![InboxStatus::Unread]),
            account_id: account.map_err(|error| top_level(error.into()))?,
            ..InboxFilter::default()
        };
        let query = ctx.query(workspace_id.as_ref(), (filter, Order::NewestFirst))?;
        let list = ctx.services()?.inbox().list(query);
        let count = Box::pin(list.count()).await.map_err(top_level)?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

/// What people said to the accounts of a workspace, the newest first.
pub async fn inbox_of(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    filter: Option<InboxMessageFilter>,
    page: &PageArgs,
) -> Result<InboxMessageConnection> {
    let filter = filter.unwrap_or_default().read().map_err(top_level)?;
    let query = ctx.query_in(workspace, (filter, Order::NewestFirst))?;
    InboxMessageConnection::of(ctx.services()?.inbox().list(query), page, InboxMessage).await
}

/// The row of a message that the asker may see.
async fn find(ctx: &Context<'_>, id: &ID, name: &str) -> Result<Option<Arc<rows::InboxMessage>>> {
    let Some((workspace, id)) = row_of::<InboxMessageId>(ctx, id, name).await? else { return Ok(None) };
    ctx.loaders()?.inbox_message(workspace, id).await
}
