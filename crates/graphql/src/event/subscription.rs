//! What a client can follow: the workspace's log from a cursor on, without a gap or a repeat.
//!
//! A field either begins, or shows one event. Its arguments say which events are meant and nothing of how they look; they
//! are all optional, and not there when an event is shown.

use super::activity::ActivityEvent;
use super::following::{begin, shown};
use crate::inbox::{InboxMessageEvent, is_of_inbox};
use crate::post::{PostStatusEvent, is_post_status};
use crate::request::{ContextExt as _, each_once, named_workspace, top_level};
use crate::scalars::GlobalId;
use async_graphql::{Context, ID, Result, Subscription};
use fanfare_domain::event::{ActivityKind, Event};
use fanfare_domain::id::{AccountId, PostId, WorkspaceId};
use fanfare_services::ServiceError;
use fanfare_services::event::Feed;
use fanfare_services::place::RowId;
use futures_util::Stream;
use futures_util::stream::{Iter, iter};
use std::option::IntoIter;
use std::sync::Arc;

/// The root of all subscriptions.
#[derive(Default)]
pub struct Subscription;

/// Everything that can be followed. Each item's `cursor` is a position in the workspace's log.
#[Subscription]
impl Subscription {
    /// Each change of status of posts and their targets. Members only.
    async fn post_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: the post's workspace, or your default one.")] workspace_id: Option<ID>,
        #[graphql(desc = "Absent: every post of the workspace.")] post_id: Option<ID>,
        #[graphql(
            desc = "The cursor of the last event that was received: what was missed comes first. Reaches back \
                          10,000 events or 7 days."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<PostStatusEvent>>> {
        if let Some(event) = shown(ctx) {
            return Ok(items(show(ctx, event).await.transpose()));
        }
        let post = ("postId", post_id.as_ref());
        let (post, workspace) = place::<PostId>(ctx, post, workspace_id.as_ref()).await?;
        let feed = follow(ctx, workspace, after.as_deref()).await?;
        begin(ctx, feed, move |event| {
            is_post_status(event.kind) && (post.is_none() || event.subject.post_id == post)
        })?;
        Ok(items(None))
    }

    /// Each message that comes, and each step in dealing with it. Members only.
    async fn inbox_messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: the account's workspace, or your default one.")] workspace_id: Option<ID>,
        #[graphql(desc = "Absent: every account of the workspace.")] account_id: Option<ID>,
        #[graphql(
            desc = "The cursor of the last event that was received: what was missed comes first. Reaches back \
                          10,000 events or 7 days."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<InboxMessageEvent>>> {
        if let Some(event) = shown(ctx) {
            return Ok(items(InboxMessageEvent::new(Arc::clone(event)).map(Ok)));
        }
        let account = ("accountId", account_id.as_ref());
        let (account, workspace) = place::<AccountId>(ctx, account, workspace_id.as_ref()).await?;
        let feed = follow(ctx, workspace, after.as_deref()).await?;
        begin(ctx, feed, move |event| {
            is_of_inbox(event.kind) && (account.is_none() || event.subject.account_id == account)
        })?;
        Ok(items(None))
    }

    /// Everything that happens in a workspace. Members only.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Absent: your default one.")] workspace_id: Option<ID>,
        #[graphql(desc = "Only these; absent: all.")] kinds: Option<Vec<ActivityKind>>,
        #[graphql(
            desc = "The cursor of the last event that was received: what was missed comes first. Reaches back \
                          10,000 events or 7 days."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<ActivityEvent>>> {
        if let Some(event) = shown(ctx) {
            return Ok(items(Some(Ok(ActivityEvent(Arc::clone(event))))));
        }
        let workspace = named_workspace(ctx.actor()?, workspace_id.as_ref()).map_err(top_level)?;
        let feed = follow(ctx, workspace, after.as_deref()).await?;
        let kinds = each_once(kinds);
        begin(ctx, feed, move |event| kinds.as_ref().is_none_or(|kinds| kinds.contains(&event.kind)))?;
        Ok(items(None))
    }
}

/// What a field hands to the library: the event that it shows, if there is one.
fn items<T>(item: Option<Result<T>>) -> Iter<IntoIter<Result<T>>> {
    iter(item)
}

/// The workspace to follow, and the row of it where one is named: `(name, id)` of the argument. The feed decides on
/// access to the workspace.
async fn place<I: GlobalId + Into<RowId>>(
    ctx: &Context<'_>,
    (name, row): (&str, Option<&ID>),
    workspace: Option<&ID>,
) -> Result<(Option<I>, WorkspaceId)> {
    let actor = ctx.actor()?;
    let workspace = workspace.map(|id| WorkspaceId::parse(id, "workspaceId")).transpose();
    let workspace = workspace.map_err(|error| top_level(error.into()))?;
    let Some(row) = row else { return Ok((None, workspace.unwrap_or(actor.default_workspace))) };
    let row = I::parse(row, name).map_err(|error| top_level(error.into()))?;
    let found = Box::pin(ctx.services()?.places().workspace_of(actor, row)).await.map_err(top_level)?;
    if workspace.is_some_and(|workspace| workspace != found) {
        return Err(top_level(ServiceError::NotFound));
    }
    Ok((Some(row), found))
}

/// The workspace's events.
async fn follow(ctx: &Context<'_>, workspace: WorkspaceId, after: Option<&str>) -> Result<Box<Feed>> {
    let feed = Box::pin(ctx.services()?.events().follow(ctx.actor()?, workspace, after)).await;
    Ok(Box::new(feed.map_err(top_level)?))
}

/// The event as its subscriber selects it, with the row behind it where that is needed; `None` where the client asks for
/// more than it tells and its post has been deleted since: an error in its place would end the subscription, and again at
/// each attempt to continue from there.
async fn show(ctx: &Context<'_>, event: &Arc<Event>) -> Result<Option<PostStatusEvent>> {
    if !PostStatusEvent::needs_row(ctx) {
        return Ok(PostStatusEvent::new(event, None));
    }
    let Some(id) = event.subject.post_id else { return Ok(None) };
    let row = ctx.loaders()?.post(event.workspace_id, id).await?;
    Ok(row.and_then(|row| PostStatusEvent::new(event, Some(row))))
}
